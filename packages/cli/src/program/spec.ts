import type { ExitCode } from '../exit.ts';
import type { Host } from '../host.ts';

export interface OptionSpec {
  /**
   * As commander reads them: `--grace <duration>`. What stands in brackets is completed where it is `kind-or-target`,
   * `target`, `rotation`, `file` or `folder`; a `duration` is checked before anything runs.
   */
  readonly flags: string;
  readonly description: string;
  /** It may be given several times; its value is a list, empty without it. */
  readonly repeats?: boolean;
  readonly required?: boolean;
  /** What may stand as its value, for completion and for a check before anything runs. */
  readonly choices?: readonly string[];
  /** The other options that it contradicts, as their values are named: `dryRun`. */
  readonly conflicts?: readonly string[];
}

export interface Example {
  /** What is typed: `keyturn status --check`. */
  readonly line: string;
  readonly does: string;
}

/** One command as data: the program, its help, completion and the manual are made of it. */
export interface CommandSpec<Flags = never> {
  /** What is typed: `rotate`, or `token list`. */
  readonly name: string;
  /** Another name for its last word, which people may know from elsewhere. */
  readonly alias?: string;
  /** As commander reads them: `[names...]`; `name` and `names` are completed as those of rotations. */
  readonly words?: string;
  /** What may stand as its first word. */
  readonly choices?: readonly string[];
  readonly summary: string;
  readonly options: readonly OptionSpec[];
  readonly examples: readonly [Example, Example, ...Example[]];
  /** Loads what the command does only now, so that starting costs no more than what is used. */
  readonly run: (words: readonly string[], flags: Flags, host: Host) => Promise<ExitCode>;
}

/** A name that only has others below it. */
export interface Group {
  readonly summary: string;
  readonly alias?: string;
}

/** Types what `run` is given; the options above it are what fills it. */
export function command<Flags>(spec: CommandSpec<Flags>): CommandSpec {
  return spec;
}
