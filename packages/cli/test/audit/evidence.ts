import { chain, EMPTY, type RotationEvent } from '@keyturn/core/ledger';
import { applyRecords, emptyState } from '@keyturn/core/unstable';

import type { Evidence, RotationEvidence, TokenEvidence } from '../../src/audit/evidence.ts';
import { judge, rules } from '../../src/audit/judge.ts';

export const NOW = Date.parse('2026-11-25T12:00:00Z');
export const DAY = 86_400_000;

export const limits = { maxAge: 90 * DAY, unusedAfter: 30 * DAY, expiringWithin: 14 * DAY };

export const daysAgo = (days: number): string => new Date(NOW - days * DAY).toISOString();

export function token(id: string, days: number, more: Partial<TokenEvidence> = {}): TokenEvidence {
  return { id, label: id, issuedAt: daysAgo(days), lastUsedAt: daysAgo(1), ...more };
}

/** A rotation whose current token, of that age, is in its sinks. */
export function rotation(
  name: string,
  id: string,
  days: number,
  sinks: readonly string[],
  more: Partial<RotationEvidence> = {},
): RotationEvidence {
  const events: RotationEvent[] = [
    { type: 'opened', rotation: name, summary: { tokens: [], sinks: [], attempts: [] } },
    {
      type: 'adopted',
      token: { id, label: name, issuedAt: daysAgo(days) },
      sinks,
      permissions: [],
    },
  ];
  return {
    name,
    policy: { maxAge: 90 * DAY, permissions: 'copy', sinks },
    state: applyRecords(emptyState, chain(EMPTY, events, daysAgo(days))),
    shown: [],
    ...more,
  };
}

/** What one rule finds: each finding in few words. */
export function found(name: string, given: Partial<Evidence>): string[] {
  const evidence = { now: NOW, issuer: 'i:acme', rotations: [], leaks: [], gaps: [], ...given };
  const chosen = rules.filter((rule) => rule.name === name);
  return judge(evidence, chosen, limits).findings.map(
    ({ severity, subject, text }) => `${severity}: ${subject} ${text}`,
  );
}
