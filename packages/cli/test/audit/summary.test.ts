import { expect, it } from 'vitest';

import { NO_TOKEN_CHECKED, NOTHING_CHECKED } from '../../src/messages-of-checks.ts';
import { judge, rules } from '../../src/audit/judge.ts';
import { auditSummary } from '../../src/audit/output/summary.ts';
import { auditText } from '../../src/audit/output/text.ts';
import { fails } from '../../src/audit/report.ts';
import { limits, NOW, token } from './evidence.ts';

const GAP = { source: 'sinks', subject: 'env:a', reason: 'it is away' } as const;

const HOSTILE = '<img src=x>|[a](https://evil.example)\n# @team `x` \u001B[31m\u202E';

function reportOf(label: string) {
  const evidence = {
    now: NOW,
    issuer: 'i:acme',
    tokens: [token('a', 300, { label })],
    rotations: [],
    leaks: [],
    gaps: [{ source: 'sinks', subject: label, reason: label }] as const,
  };
  const report = { subject: 'i:acme', rules, ...judge(evidence, rules, limits) };
  return { ...report, failOn: 'warning' as const };
}

it('what a name holds is nothing but text in the summary', () => {
  const summary = auditSummary(reportOf(HOSTILE));
  expect(summary.replaceAll('\n', '')).not.toMatch(
    /<img|https:\/\/|[^\\]\]\(|@team|[\p{Cc}\p{Cf}]/u,
  );
  const rows = summary.split('\n').filter((line) => line.startsWith('| '));
  expect(rows.length).toBeGreaterThan(2);
  for (const row of rows) expect(row.match(/(?<!\\)\|/g)).toHaveLength(5);
});

it('no line is wider than the terminal, and nothing in it commands the terminal', () => {
  let written = '';
  const output = {
    write: (text: string) => void (written += text),
    terminal: true,
    colour: false,
    columns: 80,
  };
  const text = auditText(reportOf('a name that is not short, with many words in it'), output);
  expect(written).toBe('');
  for (const line of text.split('\n')) expect(line.length).toBeLessThanOrEqual(80);
  expect(auditText(reportOf(HOSTILE), output)).not.toMatch(/(?!\n)[\p{Cc}\p{Cf}]/u);
});

it.each([
  ['✔', '✅', { tokens: [] }, 'nothing found'],
  ['!', '⚠️', { tokens: [], gaps: [GAP] }, 'nothing found; not everything could be checked'],
  ['✖', '❌', {}, NOTHING_CHECKED],
  ['✖', '❌', { isSearched: true }, NO_TOKEN_CHECKED],
])('is %s and %s: %j is %s', (mark, sign, given, words) => {
  const evidence = { now: NOW, issuer: 'i:acme', rotations: [], leaks: [], gaps: [], ...given };
  const judged = judge(evidence, rules, limits);
  const report = { subject: 'i:acme', rules, ...judged, failOn: 'warning' as const };
  const output = { write: () => {}, terminal: false, colour: false, columns: 80 };
  expect(auditText(report, output)).toContain(`${mark} i:acme: ${words}\n`);
  expect(auditSummary(report)).toMatch(new RegExp(`^## ${sign} keyturn audit: `));
  expect(fails(report)).toBe(mark === '✖');
  expect(fails({ ...report, failOn: undefined })).toBe(false);
});

it('a thousand findings are told by the first, and counted', () => {
  const evidence = {
    now: NOW,
    issuer: 'i:acme',
    tokens: Array.from({ length: 1000 }, (_, i) => token(`t${i}`, 300)),
    rotations: [],
    leaks: [],
    gaps: [],
  };
  const report = {
    subject: 'i:acme',
    rules,
    ...judge(evidence, rules, limits),
    failOn: undefined,
  };
  const output = { write: () => {}, terminal: false, colour: false, columns: 80 };
  const text = auditText(report, output);
  expect(text.split('\n').length).toBeLessThan(90);
  expect(text).toContain('and 980 more');
  expect(auditSummary(report).length).toBeLessThan(512 * 1024);
});
