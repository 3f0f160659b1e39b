import { printable, type IssuerReport } from '@keyturn/core';

import { about, type Diagnosis } from '../diagnosis.ts';
import type { Evidence, IssuerEvidence } from '../evidence.ts';
import { fateOf } from './fate.ts';
import { readableTime, listed, roughly } from '@keyturn/host/text';

const { fine, note, warn, wrong, failed } = about('issuer');

const SOON = 14 * 86_400_000;

/** Whether the issuer answers, who acts, and what that may do. */
export function* issuer(evidence: Evidence): Generator<Diagnosis> {
  const { adapters, now } = evidence;
  const { value, error } = evidence.issuer;
  if (error !== undefined) {
    // A missing package has its line already.
    if (!adapters.some((adapter) => adapter.error?.message === error.message))
      yield failed('issuer', error);
    return;
  }
  const { report, credentials } = value;
  if (report.error !== undefined) yield failed('issuer', report.error);
  else yield* abilities(value, report.value, now);
  const fate = fateOf(value.actingToken, evidence);
  if (report.error !== undefined && fate?.type === 'revoked')
    yield note(
      'issuer-revoked',
      `${value.actingToken} is the token that keyturn acts with, and ${fate.text}`,
      'Set the credentials of a token that is valid still.',
    );
  const accounts = credentials?.value?.accounts ?? [];
  if (report.error !== undefined && accounts.length > 0)
    yield note(
      'issuer-account',
      `the credentials themselves are valid; they belong to ${listed(accounts.map((name) => printable(name, 80)))}`,
    );
  for (const warning of credentials?.value?.warnings ?? [])
    yield note(
      'issuer-credentials',
      warning,
      'Correct the variable, or ignore this if it is meant.',
    );
}

function* abilities(
  { id, acting }: IssuerEvidence,
  { actingToken, can, problems }: IssuerReport,
  now: number,
): Generator<Diagnosis> {
  const token = acting?.value;
  const name = token === undefined || token.label === '' ? '' : ` (${printable(token.label, 60)})`;
  const actor = actingToken === undefined ? "a person's login" : `${actingToken}${name}`;
  yield fine('issuer', `${id} answers; keyturn acts as ${actor}`);
  for (const { message, hint } of problems) yield failed('issuer-permissions', { message, hint });
  const known = Object.entries(can).filter(([, may]) => may === 'yes');
  const unknown = Object.entries(can).filter(([, may]) => may === 'unknown');
  if (problems.length === 0)
    yield fine(
      'issuer-permissions',
      [
        `it may ${words(known)} tokens`,
        ...(unknown.length === 0 ? [] : [`whether it may ${words(unknown)} shows only then`]),
      ].join('; '),
    );
  if (token?.expiresAt === undefined) return;
  const left = Date.parse(token.expiresAt) - now;
  if (left < SOON)
    yield (left < 0 ? wrong : warn)(
      'issuer-expiry',
      `the token that keyturn acts with expires at ${readableTime(token.expiresAt)}, in ${roughly(left)}`,
      'Create another, grant it the same, and set it in its place; or rotate it as a rotation of its own.',
    );
}

function words(actions: readonly (readonly [string, unknown])[]): string {
  const names = actions.map(([action]) => action);
  const last = names.pop() ?? '';
  return names.length === 0 ? last : `${names.join(', ')} and ${last}`;
}
