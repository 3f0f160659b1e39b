import { compareStamp, fingerprint, matches, type Confirmation, type Proof } from '@keyturn/core';

import type { Variable } from './scopes.ts';
import type { CircleciTarget } from './target.ts';

/**
 * The minimum difference between the stamps of two writes to a context, in milliseconds. CircleCI documents neither the precision of its
 * stamps nor that its servers share a clock, so this leaves a wide margin for both.
 */
const RESOLUTION = 5000;

/** Few enough bits to reveal nothing useful about the four characters. */
const TAIL_BITS = 12;

type Kind = CircleciTarget['kind'];

/** What changes when a variable is written again: its time, or at least its end. The `created-at` of a project's variable never changes. */
function evidenceOf(kind: Kind, variable: Variable | undefined): string | undefined {
  return kind === 'context' ? variable?.updatedAt : variable?.tail || undefined;
}

/** The stamp in the response to a write; undefined if there is none, or if it is the same as before. */
export function stampOf(
  kind: Kind,
  answered: Variable | undefined,
  before: Variable | undefined,
): string | undefined {
  const shown = evidenceOf(kind, answered);
  if (shown === undefined || shown === evidenceOf(kind, before)) return undefined;
  return kind === 'context' ? shown : fingerprint(shown, TAIL_BITS);
}

/** Compares a variable with the write of the receipt. Equal ends prove nothing. */
export function compareShown(kind: Kind, variable: Variable, proof: Proof): Confirmation {
  const { name } = variable;
  const shown = evidenceOf(kind, variable);
  if (kind === 'context') return compareStamp(name, shown, proof, RESOLUTION);
  const stamps = proof.receipt?.stamps ?? {};
  const written = Object.hasOwn(stamps, name) ? stamps[name] : undefined;
  if (written === undefined || shown === undefined) return 'unreadable';
  return matches(written, shown) ? 'unreadable' : 'different';
}
