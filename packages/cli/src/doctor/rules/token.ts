import { printable } from '@keyturn/core';

import * as say from '../../messages-of-checks.ts';
import { about, type Diagnosis } from '../diagnosis.ts';
import type { Evidence, LookUp } from '../evidence.ts';
import { fateOf } from './fate.ts';

const { fine, note, wrong, failed } = about('token');

/** Some tools list only the first page of tokens, of this size. */
const FIRST_PAGE = 25;

/** Where the named token is, or why it is missing. */
export function* token(evidence: Evidence): Generator<Diagnosis> {
  const { token: asked, issuer, now } = evidence;
  if (asked === undefined) return;
  const { wanted, found } = asked;
  if (found.error !== undefined) {
    // A problem of the issuer is already reported.
    const isToldAlready = issuer.error !== undefined || issuer.value.report.error !== undefined;
    yield isToldAlready && found.error.code !== 'USAGE_INVALID'
      ? note('token', say.tokenNotLookedUp(wanted))
      : failed('token', found.error);
    return;
  }
  const { value } = found;
  const fate = fateOf(wanted, evidence);
  const owner = issuer.value?.id ?? 'the issuer';
  if (value.token !== undefined) yield* present(value.token, value, now);
  else if (fate?.type === 'revoked')
    yield wrong('token-revoked', say.tokenRevoked(owner, wanted, fate.text));
  else yield absent(wanted, value, owner);
  if (value.token !== undefined && fate !== undefined) yield note('token-rotation', fate.text);
}

function* present(
  { id, label, expiresAt }: NonNullable<LookUp['token']>,
  { position, total }: LookUp,
  now: number,
): Generator<Diagnosis> {
  const name = label === '' ? id : `${id} (${printable(label, 60)})`;
  if (position === undefined) {
    yield note('token', say.tokenNotListed(name));
    return;
  }
  yield fine('token', say.tokenListed(name, position, total));
  if (position > FIRST_PAGE) yield note('token-first-page', say.tokenBeyondFirstPage(FIRST_PAGE));
  if (expiresAt !== undefined && Date.parse(expiresAt) <= now)
    yield wrong('token-expired', say.tokenExpired(id, expiresAt));
}

function absent(
  wanted: string,
  { total, meant, accounts, elsewhere }: LookUp,
  issuer: string,
): Diagnosis {
  const missing = say.tokenMissing(issuer, wanted, total);
  if (elsewhere !== undefined)
    return wrong('token-elsewhere', say.tokenElsewhere(missing, printable(elsewhere, 80)));
  if (meant?.by === 'name') return wrong('token-name', say.tokenNamed(missing, meant.id));
  if (meant !== undefined) return wrong('token', say.tokenMisspelt(missing, meant.id));
  const seen = (accounts ?? []).map((name) => printable(name, 80));
  return wrong('token', say.tokenGone(missing, seen));
}
