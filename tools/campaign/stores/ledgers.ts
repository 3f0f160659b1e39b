import type { Point } from '../point.ts';

/** Where the ledgers of one world are, and what outlives its machines. */
export interface Ledgers {
  /** Points the program at them. */
  readonly env: Readonly<Record<string, string>>;
  /** Passwords, which no output may show. */
  readonly secrets: readonly string[];
  /** Makes the working folder of a machine: a clone, or an empty folder. */
  furnish(folder: string): Promise<void>;
  /** All that is stored, as text: it is searched for secrets, and compared. */
  text(): Promise<string>;
  /** Prepares what a server does with a push. */
  plan?(point: Extract<Point, { what: 'server' }>): Promise<Planned>;
  close(): Promise<void>;
}

/** A fault of a server. */
export interface Planned {
  /** Resolves when the run is to be killed; never if it goes on. */
  readonly killed: Promise<void>;
  /** Ends the fault, and returns whether it happened. */
  end(): Promise<boolean>;
}
