import { KeyturnError } from './errors.ts';

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

/** The error of several removals of which at least one failed, undefined if none did. Its effect is `none` only if all failed without one. */
export function removalError(outcomes: readonly PromiseSettledResult<unknown>[]): unknown {
  const failed = outcomes.find((outcome) => outcome.status === 'rejected');
  if (failed === undefined) return undefined;
  const reason = failed.reason as unknown;
  const isUntouched = outcomes.every((outcome) => outcome.status === 'rejected');
  if (isUntouched || !KeyturnError.is(reason)) return reason;
  const { code, message, hint } = reason;
  return new KeyturnError(code, message, {
    ...(hint !== undefined && { hint }),
    effect: 'unknown',
  });
}
