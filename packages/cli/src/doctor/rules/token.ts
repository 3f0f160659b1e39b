import { printable } from '@keyturn/core';

import { about, type Diagnosis } from '../diagnosis.ts';
import type { Evidence, LookUp } from '../evidence.ts';
import { fateOf } from './fate.ts';
import { readableTime, count, listed } from '@keyturn/host/text';

const { fine, note, wrong, failed } = about('token');

/** What `pscale service-token list` shows: it asks for the first page alone. */
const FIRST_PAGE = 25;

/** Where the token is that was asked for, and why it is not where it was looked for. */
export function* token(evidence: Evidence): Generator<Diagnosis> {
  const { token: asked, issuer, now } = evidence;
  if (asked === undefined) return;
  const { wanted, found } = asked;
  if (found.error !== undefined) {
    // What is wrong with the issuer has its line already.
    const isToldAlready = issuer.error !== undefined || issuer.value.report.error !== undefined;
    yield isToldAlready && found.error.code !== 'USAGE_INVALID'
      ? note('token', `${wanted} can only be looked for once the issuer answers`)
      : failed('token', found.error);
    return;
  }
  const { value } = found;
  const fate = fateOf(wanted, evidence);
  const owner = issuer.value?.id ?? 'the issuer';
  if (value.token !== undefined) yield* present(value.token, value, now);
  else if (fate?.type === 'revoked')
    yield wrong(
      'token-revoked',
      `${owner} has no token ${wanted} any more: ${fate.text}`,
      'Give whoever uses it the current one: keyturn status names it.',
    );
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
    yield note('token', `${name} is there, but not in the list yet`, 'Look again in a minute.');
    return;
  }
  yield fine('token', `${name} is there: number ${position} of ${count(total, 'token')}`);
  if (position > FIRST_PAGE)
    yield note(
      'token-first-page',
      `pscale service-token list shows the first ${FIRST_PAGE} alone, so not this one`,
      'See them all with keyturn token list.',
    );
  if (expiresAt !== undefined && Date.parse(expiresAt) <= now)
    yield wrong(
      'token-expired',
      `${id} expired at ${readableTime(expiresAt)}: whoever uses it is answered with 404 or 401`,
      'Replace it, and give the next one a longer ttl.',
    );
}

function absent(
  wanted: string,
  { total, meant, accounts, elsewhere }: LookUp,
  issuer: string,
): Diagnosis {
  const what = `${issuer} has no token ${wanted} among its ${total}, over all pages`;
  if (elsewhere !== undefined)
    return wrong(
      'token-elsewhere',
      `${what}; ${printable(elsewhere, 80)} has it`,
      `Ask there: --org ${printable(elsewhere, 80)}.`,
    );
  if (meant?.by === 'name')
    return wrong(
      'token-name',
      `${what}; that is the name of ${meant.id}`,
      `Use its id: ${meant.id}.`,
    );
  if (meant !== undefined) return wrong('token', what, `Did you mean ${meant.id}?`);
  const only =
    accounts === undefined || accounts.length === 0
      ? ''
      : ` These credentials see only ${listed(accounts.map((name) => printable(name, 80)))}.`;
  return wrong(
    'token',
    what,
    `Look whether it was deleted, or ask with credentials of the organization that it belongs to.${only}`,
  );
}
