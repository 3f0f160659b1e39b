import { compareStamp, fingerprint, matches, type Confirmation, type Proof } from '@keyturn/core';

import type { Answer } from './client.ts';
import type { Variable } from './scopes.ts';
import type { CircleciTarget } from './target.ts';

/**
 * How far apart two stamps of contexts have to be, in milliseconds, to tell two writes apart. CircleCI documents neither how
 * many digits of a second it keeps nor that its front ends share a clock, so this is far more than either should take.
 */
const RESOLUTION = 5000;

/** Few enough bits to tell a stranger nothing of the four characters. */
const TAIL_BITS = 12;

type Kind = CircleciTarget['kind'];

/** What shows that a variable was written again: when that was, or at least its other end. A project's `created-at` stays as it is. */
function evidenceOf(kind: Kind, variable: Variable | undefined): string | undefined {
  return kind === 'context' ? variable?.updatedAt : variable?.tail || undefined;
}

/** The stamp that the answer to a write shows; undefined if it shows none, or none that differs from what was there before. */
export function stampOf(
  kind: Kind,
  answered: Variable | undefined,
  before: Variable | undefined,
): string | undefined {
  const shown = evidenceOf(kind, answered);
  if (shown === undefined || shown === evidenceOf(kind, before)) return undefined;
  return kind === 'context' ? shown : fingerprint(shown, TAIL_BITS);
}

/** What a variable shows now of the write that the receipt is of. Equal ends prove nothing. */
export function compareShown(kind: Kind, variable: Variable, proof: Proof): Confirmation {
  const { name } = variable;
  const shown = evidenceOf(kind, variable);
  if (kind === 'context') return compareStamp(name, shown, proof, RESOLUTION);
  const stamps = proof.receipt?.stamps ?? {};
  const written = Object.hasOwn(stamps, name) ? stamps[name] : undefined;
  if (written === undefined || shown === undefined) return 'unreadable';
  return matches(written, shown) ? 'unreadable' : 'different';
}

/** What CircleCI's clock showed with an answer, in milliseconds; undefined if it showed none. */
export function clockOf({ headers }: Answer): number | undefined {
  const at = Date.parse(headers.get('date') ?? '');
  return Number.isNaN(at) ? undefined : at;
}
