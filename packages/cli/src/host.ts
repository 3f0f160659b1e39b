import type { Surroundings } from '@keyturn/host';

/** Text that is written unchanged: a new secret that is shown once, a command to the CI, or one that masks a secret; a document keeps its lines. */
export type Meant = 'secret' | 'command' | 'mask' | 'document';

/** A stream that text is written to. */
export interface Output {
  /** Writes text without the secrets of this process and without anything that a CI would run as a command, unless `meant` says so. */
  write(text: string, meant?: Meant): void;
  /** Lines can be overwritten. */
  readonly terminal: boolean;
  readonly colour: boolean;
  /** The current width of the terminal. */
  readonly columns: number;
  readonly rows?: number;
}

/** How much is written besides results and errors. */
export type Verbosity = 'quiet' | 'normal' | 'verbose' | 'debug';

/** Everything that the program uses of the process; only `main.ts` reads it from Node. */
export interface Host extends Surroundings {
  readonly program: 'keyturn' | 'rotate';
  /** Results. */
  readonly stdout: Output;
  /** Progress and warnings; `--quiet` drops them. Errors are thrown instead. */
  readonly stderr: Output;
  /** The real stderr of a quiet command, for what the runner of a job has to read. */
  readonly loud?: Output;
  readonly verbosity: Verbosity;
  /** Writes one escaped line to stderr if the verbosity includes the level. Never a secret. */
  readonly log: (level: 'verbose' | 'debug', topic: string, text: string) => void;
  /** The versions of the program and its platform, as text. */
  readonly about: () => string;
  /** Asks one question on the terminal; undefined without a terminal, or for a quiet command. */
  readonly ask: ((question: string) => Promise<string>) | undefined;
}
