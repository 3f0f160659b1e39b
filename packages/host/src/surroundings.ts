import type { Clock, Environment, Random } from '@keyturn/core';

/** Everything of the outside that a host may use; nothing reads it from the process. */
export interface Surroundings {
  readonly env: Environment;
  /** The number of the user that it acts as; undefined where users have none. */
  readonly uid?: number | undefined;
  /** The working directory: relative paths start from it, unless there is a configuration. */
  readonly directory: string;
  /** The folder of the program itself: packages that are installed beside it are found from there. */
  readonly programFolder: string;
  /** The files here are not those of whoever runs it, as in a pull request of a fork: nothing of them is run or decides whom is asked. */
  readonly isUntrusted?: boolean;
  readonly clock: Clock;
  readonly random: Random;
  /** Aborted to end early: the ledger is consistent at any time. */
  readonly signal: AbortSignal;
  /** Who runs, for other runs to see: `ana@laptop`. */
  readonly owner: string;
  /** Takes one line that a person should read. */
  readonly warn: (text: string) => void;
  /** Takes one line for the runner of the CI job that this is, which shows it to people; absent if there is none to take it. */
  readonly annotate?: ((line: string) => void) | undefined;
  /** Takes details of every request and every record; absent if nobody wants them. Never a secret. */
  readonly trace?: ((topic: string, text: string) => void) | undefined;
}
