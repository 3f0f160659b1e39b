import { KeyturnError, withEffect } from '../contracts/errors.ts';
import { deliveryTorn, type Write } from '../messages.ts';

/**
 * The error of a delivery of which at least one write failed. Its effect is `none` only where every write was
 * certainly refused; else it says of each name how it stands.
 */
export function tornError(
  id: string,
  entries: readonly { readonly name: string }[],
  outcomes: readonly PromiseSettledResult<unknown>[],
): unknown {
  const reasons = outcomes.map((outcome) =>
    outcome.status === 'rejected' ? (outcome.reason as unknown) : undefined,
  );
  const first = reasons.find((reason) => reason !== undefined);
  const isWhole = reasons.every((reason) => KeyturnError.is(reason) && reason.effect === 'none');
  if (!KeyturnError.is(first) || isWhole || entries.length === 1) return first;
  const writes = entries.map(({ name }, i) => [name, writeOf(reasons[i])] as const);
  return deliveryTorn(id, writes, first);
}

function writeOf(reason: unknown): Write {
  if (reason === undefined) return 'done';
  return KeyturnError.is(reason) && reason.effect === 'none' ? 'refused' : 'unknown';
}

/**
 * Removes names one after the other: the first that fails is the last, and its error has the effect `unknown` if another was removed
 * before. `prove` is called where one was missing: it throws unless the token can see the place at all.
 */
export async function removeInTurn(
  names: readonly string[],
  removeOne: (name: string) => Promise<'removed' | 'missing'>,
  prove: () => Promise<unknown>,
): Promise<void> {
  const seen = new Set<'removed' | 'missing'>();
  try {
    // oxlint-disable-next-line eslint/no-await-in-loop -- each asks for the right to write after the one before has ended
    for (const name of names) seen.add(await removeOne(name));
    if (seen.has('missing')) await prove();
  } catch (error) {
    throw seen.has('removed') ? withEffect(error, 'unknown') : error;
  }
}
