import type { Clock, Environment, Random } from '@keyturn/core';

/** A stream that text is written to. */
export interface Output {
  write(text: string): void;
  /** A person looks at it: lines may be drawn over. */
  readonly terminal: boolean;
  readonly colour: boolean;
  readonly columns: number;
}

/** Everything of the process that the program may use; only `main.ts` reads it from Node. */
export interface Host {
  readonly program: 'keyturn' | 'rotate';
  readonly env: Environment;
  /** The working directory. */
  readonly directory: string;
  /** Results. */
  readonly stdout: Output;
  /** Progress and errors. */
  readonly stderr: Output;
  readonly clock: Clock;
  readonly random: Random;
  /** Aborted by the first interrupt. */
  readonly signal: AbortSignal;
  /** Who runs, for other runs to see: `ana@laptop`. */
  readonly owner: string;
  /** Asks a person one question; undefined where there is none to ask. */
  readonly ask: ((question: string) => Promise<string>) | undefined;
}
