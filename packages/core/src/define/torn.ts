import { KeyturnError, withEffect } from '../contracts/errors.ts';

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
  const standing = entries.map(({ name }, i) => `${name} ${stands(reasons[i])}`).join(', ');
  return new KeyturnError(first.code, `${id}: ${standing}: ${first.message}`, {
    ...(first.hint !== undefined && { hint: first.hint }),
    effect: 'unknown',
  });
}

function stands(reason: unknown): string {
  if (reason === undefined) return 'is new';
  return KeyturnError.is(reason) && reason.effect === 'none' ? 'is as before' : 'may be new';
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
