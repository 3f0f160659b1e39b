import { printable, type CredentialReport } from '@keyturn/core';

import { about, type Diagnosis } from '../diagnosis.ts';
import type { Evidence } from '../evidence.ts';
import { readableTime, count, listed, roughly } from '@keyturn/host/text';

const { fine, warn, wrong, failed } = about('credentials');

const SOON = 14 * 86_400_000;

const blocking: ReadonlySet<string> = new Set(['AUTH_DENIED', 'CREDENTIALS_MISSING']);
const refused: ReadonlySet<string> = new Set([...blocking, 'PERMISSION_DENIED', 'CONFIG_INVALID']);

/** What the sinks act with: its form, its scopes and its end. */
export function* credentials({ variables, sinks, now }: Evidence): Generator<Diagnosis> {
  for (const { name, length, oddity } of variables)
    if (oddity !== undefined)
      yield wrong(
        'credentials-form',
        `${name}, of ${length} characters, ${oddity}`,
        `Set ${name} to the secret alone.`,
      );
  for (const { kind, report } of sinks.credentials) {
    if (report.error !== undefined) {
      // What nobody answered has its line among the sinks.
      if (refused.has(report.error.code))
        yield failed('credentials', {
          message: `${report.error.message}${consequence(kind, sinks)}`,
          hint: report.error.hint,
        });
      continue;
    }
    const { value } = report;
    yield fine('credentials', describe(value));
    for (const warning of value.warnings)
      yield warn(
        'credentials',
        `${value.source}: ${warning}`,
        'Correct the variable, or ignore this where it is meant.',
      );
    yield* expiry(value, now);
  }
}

/** The kinds whose credentials are missing or refused: their sinks fail for no reason of their own. */
export function unusable({ sinks }: Evidence): ReadonlySet<string> {
  return new Set(
    sinks.credentials
      .filter(({ report }) => report.error !== undefined && blocking.has(report.error.code))
      .map(({ kind }) => kind),
  );
}

function consequence(kind: string, { checks }: Evidence['sinks']): string {
  const lost = checks.filter(({ kind: own, report }) => own === kind && report.error !== undefined);
  return lost.length === 0 ? '' : ` (${count(lost.length, 'sink')} cannot be written)`;
}

function describe({ source, form, owner, scopes }: CredentialReport): string {
  const whose = owner === undefined ? '' : ` (${printable(owner, 60)})`;
  const may =
    scopes === undefined
      ? ''
      : `, ${scopes.length === 0 ? 'without a scope' : `with the scope${scopes.length === 1 ? '' : 's'} ${listed(scopes)}`}`;
  return `${source} is ${form ?? 'accepted'}${whose}${may}`;
}

function* expiry({ source, expiresAt }: CredentialReport, now: number): Generator<Diagnosis> {
  if (expiresAt === undefined) return;
  const left = Date.parse(expiresAt) - now;
  if (left < SOON)
    yield warn(
      'credentials-expiry',
      `${source} expires at ${readableTime(expiresAt)}, in ${roughly(left)}`,
      'Make a new one before that, and set it.',
    );
}
