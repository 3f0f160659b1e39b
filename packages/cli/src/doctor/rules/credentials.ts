import { printable, type CredentialReport } from '@keyturn/core';

import * as say from '../../messages-of-checks.ts';
import { about, type Diagnosis } from '../diagnosis.ts';
import type { Evidence } from '../evidence.ts';

const { fine, warn, wrong, failed } = about('credentials');

const SOON = 14 * 86_400_000;

const blocking: ReadonlySet<string> = new Set(['AUTH_DENIED', 'CREDENTIALS_MISSING']);
const refused: ReadonlySet<string> = new Set([...blocking, 'PERMISSION_DENIED', 'CONFIG_INVALID']);

/** The credentials of the sinks: their form, scopes and expiry. */
export function* credentials({ variables, sinks, now }: Evidence): Generator<Diagnosis> {
  const told = sinks.credentials.flatMap(({ report }) =>
    report.error !== undefined && refused.has(report.error.code) ? [report.error.message] : [],
  );
  for (const { name, length, oddity } of variables)
    // The adapter says the same of it, and what follows from that.
    if (oddity !== undefined && !told.some((message) => message.startsWith(`${name} `)))
      yield wrong('credentials-form', say.credentialMalformed(name, length, oddity));
  for (const { kind, report } of sinks.credentials) {
    if (report.error !== undefined) {
      // A host that does not respond is reported with the sinks.
      if (refused.has(report.error.code))
        yield failed('credentials', {
          message: say.credentialRejected(report.error.message, lost(kind, sinks)),
          hint: report.error.hint,
        });
      continue;
    }
    const { value } = report;
    yield fine('credentials', describe(value));
    for (const warning of value.warnings)
      yield warn('credentials', say.credentialWarning(value.source, warning));
    yield* expiry(value, now);
  }
}

/** The kinds whose credentials are missing or rejected: their sinks fail only because of that. */
export function unusable({ sinks }: Evidence): ReadonlySet<string> {
  return new Set(
    sinks.credentials
      .filter(({ report }) => report.error !== undefined && blocking.has(report.error.code))
      .map(({ kind }) => kind),
  );
}

/** The number of sinks that cannot be written. */
function lost(kind: string, { checks }: Evidence['sinks']): number {
  return checks.filter(({ kind: own, report }) => own === kind && report.error !== undefined)
    .length;
}

function describe({ source, form, owner, scopes }: CredentialReport): string {
  const whose = owner === undefined ? undefined : printable(owner, 60);
  return say.credentialAccepted(source, form, whose, scopes);
}

function* expiry({ source, expiresAt }: CredentialReport, now: number): Generator<Diagnosis> {
  if (expiresAt === undefined) return;
  const left = Date.parse(expiresAt) - now;
  if (left < SOON) yield warn('credentials-expiry', say.credentialExpires(source, expiresAt, left));
}
