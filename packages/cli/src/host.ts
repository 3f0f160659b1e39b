import type { Surroundings } from '@keyturn/host';

/** What is meant by a text that would be changed otherwise: a new secret that is shown this once, a command to the CI, or one that masks a secret. */
export type Meant = 'secret' | 'command' | 'mask';

/** A stream that text is written to. */
export interface Output {
  /** Writes a text without secrets of this process and without what a CI takes for a command, unless it is meant. */
  write(text: string, meant?: Meant): void;
  /** A person looks at it: lines may be drawn over. */
  readonly terminal: boolean;
  readonly colour: boolean;
  /** Of the terminal as it is now. */
  readonly columns: number;
  readonly rows?: number;
}

/** How much is told beside results and errors. */
export type Verbosity = 'quiet' | 'normal' | 'verbose' | 'debug';

/** Everything of the process that the program may use; only `main.ts` reads it from Node. */
export interface Host extends Surroundings {
  readonly program: 'keyturn' | 'rotate';
  /** Results. */
  readonly stdout: Output;
  /** Progress and warnings, dropped for a quiet command; errors are thrown. */
  readonly stderr: Output;
  /** The stderr of a quiet command as it is, for what the runner of a job has to read. */
  readonly loud?: Output;
  readonly verbosity: Verbosity;
  /** Tells more than most people want to know: one line on stderr, escaped, where the verbosity asks for it. Never a secret. */
  readonly log: (level: 'verbose' | 'debug', topic: string, text: string) => void;
  /** The versions of the program and of what it runs on, as text. */
  readonly about: () => string;
  /** Asks a person one question; undefined where there is none to ask, or a quiet command. */
  readonly ask: ((question: string) => Promise<string>) | undefined;
}
