import type { Check, CheckResult, Closable } from '../../../src/testing/index.ts';
import { runCheck } from '../../../src/testing/index.ts';

/** An implementation that is broken in one way. */
export interface Mutant<Fixture> {
  readonly fault: string;
  /** The check that has to find it. */
  readonly check: string;
  /** Checks that cannot help finding it too. */
  readonly alsoFails?: readonly string[];
  readonly open: () => Fixture;
}

/** The ids of the checks that a fixture fails, sorted. */
export async function failing<Fixture extends Closable>(
  checks: readonly Check<Fixture>[],
  open: () => Fixture,
): Promise<string[]> {
  const results: CheckResult[] = await Promise.all(checks.map((check) => runCheck(check, open)));
  return results.flatMap(({ id, status }) => (status === 'failed' ? [id] : [])).toSorted();
}

/** The same object but for some members. Its own stay as they are, getters included. */
export function changed<Thing extends object, Change extends object>(
  thing: Thing,
  change: Change,
): Thing & Change {
  return Object.defineProperties(
    Object.create(thing) as Thing & Change,
    Object.getOwnPropertyDescriptors(change),
  );
}
