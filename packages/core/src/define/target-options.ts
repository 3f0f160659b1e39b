import { targetOptionInvalid, targetOptionUnknown } from '../messages.ts';
import type { Target } from '../contracts/target.ts';

/** The options that a target can have: `environment` in `github:acme/web?environment=production`. */
export interface TargetOptions {
  readonly known: readonly string[];
  /** What has these options, with an article: `a repository`. */
  readonly place?: string;
  /** What to do if no known option is similar; by default, the known ones are listed. */
  readonly hint?: string;
}

/**
 * Refuses an option that is not known: it would be ignored, and the secret would be stored in another place.
 *
 * @throws {KeyturnError} `TARGET_INVALID`
 */
export function checkOptions(target: Target, options: TargetOptions): void {
  const unknown = Object.keys(target.query).find((option) => !options.known.includes(option));
  if (unknown !== undefined) throw targetOptionUnknown(target, unknown, options);
}

/**
 * Returns the value of an option, one of `values`; undefined if the target does not have the option.
 *
 * @throws {KeyturnError} `TARGET_INVALID` for any other value
 */
export function chooseOption<Value extends string>(
  target: Target,
  option: string,
  values: readonly Value[],
): Value | undefined {
  const given = target.query[option];
  if (given === undefined) return undefined;
  const value = values.find((candidate) => candidate === given);
  if (value !== undefined) return value;
  throw targetOptionInvalid(target, option, given, values);
}
