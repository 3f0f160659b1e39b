import type { ExitCode } from '../exit.ts';
import type { Host } from '../host.ts';

export interface OptionSpec {
  /**
   * In commander's notation: `--grace <duration>`. The shell completes `kind-or-target`, `target`, `rotation`, `file` and
   * `folder`; a `duration` and a `check` are checked before anything runs.
   */
  readonly flags: string;
  readonly description: string;
  /** The option can be repeated; its value is a list, which is empty without it. */
  readonly repeats?: boolean;
  readonly required?: boolean;
  /** The allowed values, for completion and for a check before anything runs. */
  readonly choices?: readonly string[];
  /** The options that it cannot be combined with, by the names of their values: `dryRun`. */
  readonly conflicts?: readonly string[];
}

export interface Example {
  /** The command line: `keyturn status --check`. */
  readonly line: string;
  readonly does: string;
}

/** One command as data: the source of the program, its help, completion and the manual. */
export interface CommandSpec<Flags = never> {
  /** `rotate`, or `token list`. */
  readonly name: string;
  /** Another name for its last word, which people may know from another command line. */
  readonly alias?: string;
  /** In commander's notation: `[names...]`. The shell completes `name` and `names` as rotations. */
  readonly words?: string;
  /** The allowed values of the first word. */
  readonly choices?: readonly string[];
  readonly summary: string;
  readonly options: readonly OptionSpec[];
  readonly examples: readonly [Example, Example, ...Example[]];
  /** Loads the code of the command only when it runs, to start fast. */
  readonly run: (words: readonly string[], flags: Flags, host: Host) => Promise<ExitCode>;
}

/** A name that only groups commands. */
export interface Group {
  readonly summary: string;
  readonly alias?: string;
}

/** Types the flags of `run`. */
export function command<Flags>(spec: CommandSpec<Flags>): CommandSpec {
  return spec;
}
