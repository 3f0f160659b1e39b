import type { Clock, Environment, Random } from '@keyturn/core';

/** Everything outside that a host uses; nothing is read from the process itself. */
export interface Surroundings {
  readonly env: Environment;
  /** The number of the current user; undefined if users have no numbers (Windows). */
  readonly uid?: number | undefined;
  /** The working directory: relative paths start here if there is no configuration. */
  readonly directory: string;
  /** The folder of the program: packages installed beside it are found from here. */
  readonly programFolder: string;
  /** The files here do not belong to the user, as in the pull request of a fork: they are not run and do not decide which hosts are contacted. */
  readonly isUntrusted?: boolean;
  readonly clock: Clock;
  readonly random: Random;
  /** Aborted to end early: the ledger is consistent at any time. */
  readonly signal: AbortSignal;
  /** The name that other runs see: `ana@laptop`. */
  readonly owner: string;
  /** Receives one line for a person. */
  readonly warn: (text: string) => void;
  /** Receives one line that the runner of this CI job shows to people; absent outside of CI. */
  readonly annotate?: ((line: string) => void) | undefined;
  /** Receives details of every request and every record; absent if they are not wanted. Never contains a secret. */
  readonly trace?: ((topic: string, text: string) => void) | undefined;
}
