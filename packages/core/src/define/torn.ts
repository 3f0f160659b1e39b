import { KeyturnError, withEffect } from '../contracts/errors.ts';
import { deliveryTorn, type Write } from '../messages.ts';

/**
 * Returns the error of a delivery with at least one failed write. Its effect is `none` only if certainly no name was written;
 * otherwise, its message lists the state of each name.
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
 * Removes names one by one, and stops at the first failure. The error has the effect `unknown` if another name was removed
 * before. If a name is missing, calls `prove`, which must throw if the credentials cannot see the place.
 */
export async function removeInTurn(
  names: readonly string[],
  removeOne: (name: string) => Promise<'removed' | 'missing'>,
  prove: () => Promise<unknown>,
): Promise<void> {
  const seen = new Set<'removed' | 'missing'>();
  try {
    // oxlint-disable-next-line eslint/no-await-in-loop -- each confirms the lock after the previous one has ended
    for (const name of names) seen.add(await removeOne(name));
    if (seen.has('missing')) await prove();
  } catch (error) {
    throw seen.has('removed') ? withEffect(error, 'unknown') : error;
  }
}

/**
 * Waits for a read after a change. The read itself changes nothing, but the change before it may have happened: so its error has the
 * effect `unknown`.
 */
export async function afterChange<Result>(reading: Promise<Result>): Promise<Result> {
  try {
    return await reading;
  } catch (error) {
    throw withEffect(error, 'unknown');
  }
}
