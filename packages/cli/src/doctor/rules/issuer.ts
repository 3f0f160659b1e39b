import { printable, type CredentialReport, type IssuerReport } from '@keyturn/core';

import * as say from '../../messages-of-checks.ts';
import { about, type Diagnosis } from '../diagnosis.ts';
import type { Evidence, IssuerEvidence } from '../evidence.ts';
import { fateOf } from './fate.ts';

const { fine, note, warn, wrong, failed } = about('issuer');

const SOON = 14 * 86_400_000;

/** Whether the issuer responds, which token keyturn uses, and its permissions. */
export function* issuer(evidence: Evidence): Generator<Diagnosis> {
  for (const one of [evidence.issuer, ...(evidence.otherIssuers ?? [])])
    yield* judge(one, evidence);
}

function* judge({ value, error }: Evidence['issuer'], evidence: Evidence): Generator<Diagnosis> {
  const { adapters, now } = evidence;
  if (error !== undefined) {
    // A missing package is already reported.
    if (!adapters.some((adapter) => adapter.error?.message === error.message))
      yield failed('issuer', error);
    return;
  }
  const { report, credentials } = value;
  if (report.error !== undefined) yield failed('issuer', report.error);
  else yield* abilities(value, report.value, now);
  const fate = fateOf(value.actingToken, evidence);
  if (report.error !== undefined && fate?.type === 'revoked')
    yield note('issuer-revoked', say.actingRevoked(value.actingToken ?? '', fate.text));
  const accounts = credentials?.value?.accounts ?? [];
  if (report.error !== undefined && accounts.length > 0)
    yield note(
      'issuer-account',
      say.credentialsElsewhere(accounts.map((name) => printable(name, 80))),
    );
  for (const warning of credentials?.value?.warnings ?? [])
    yield note('issuer-credentials', say.issuerWarning(warning));
}

/** Who acts, if it is none of the tokens that the issuer lists. */
function ownerOf(report: CredentialReport | undefined): string {
  if (report === undefined) return say.A_LOGIN;
  const { source, form, owner, isPerson = false } = report;
  if (isPerson) return say.A_LOGIN;
  return [form ?? source, ...(owner === undefined ? [] : [printable(owner, 60)])].join(' ');
}

function* abilities(
  { id, acting, credentials, grants = true }: IssuerEvidence,
  { actingToken, can, problems }: IssuerReport,
  now: number,
): Generator<Diagnosis> {
  const token = acting?.value;
  const name = token === undefined || token.label === '' ? '' : ` (${printable(token.label, 60)})`;
  const actor = actingToken === undefined ? ownerOf(credentials?.value) : `${actingToken}${name}`;
  yield fine('issuer', say.issuerResponds(id, actor));
  for (const { message, hint } of problems) yield failed('issuer-permissions', { message, hint });
  const actions = (wanted: string): string[] =>
    Object.entries(can).flatMap(([action, may]) =>
      may === wanted && (grants || action !== 'grant') ? [action] : [],
    );
  if (problems.length === 0)
    yield fine('issuer-permissions', say.issuerAllows(actions('yes'), actions('unknown')));
  if (token?.expiresAt === undefined) return;
  const left = Date.parse(token.expiresAt) - now;
  if (left < SOON)
    yield (left < 0 ? wrong : warn)('issuer-expiry', say.actingExpires(token.expiresAt, left));
}
