import { KeyturnError } from '@keyturn/core';
import { describe, expect, it } from 'vitest';

import type { Evidence, HostEvidence, SinkEvidence } from '../src/doctor/evidence.ts';
import { examine } from '../src/doctor/examine.ts';
import { Hosts } from '../src/doctor/gather/hosts.ts';
import { BRANCH_PROTECTED, branchOpen, branchUnknown } from '../src/messages-of-checks.ts';
import { oddityOf } from '../src/doctor/gather/variables.ts';
import { diagnosesText } from '../src/doctor/text.ts';
import { displayWidth } from '../src/output/width.ts';

const NOW = Date.parse('2026-11-24T09:00:00.000Z');
const DAY = 86_400_000;

const nothing: Evidence = {
  now: NOW,
  about: 'keyturn 1.0.0',
  configuration: { value: { file: undefined, rotations: 0, mixed: [] } },
  adapters: [],
  variables: [],
  issuer: { error: new KeyturnError('CREDENTIALS_MISSING', 'there are no credentials') },
  sinks: { checks: [], credentials: [], warnings: [] },
  store: { value: { kind: 'file', ledgers: { value: [] } } },
  leftovers: [],
  drift: [],
  network: { proxies: [], exceptions: undefined },
  hosts: [],
};

const linesOf = (area: string, evidence: Partial<Evidence>): string[] =>
  examine({ ...nothing, ...evidence })
    .filter((line) => line.area === area)
    .map(({ severity, text }) => `${severity}: ${text}`);

const host = (name: string, more: Partial<HostEvidence>): HostEvidence => ({
  host: name,
  requests: 1,
  answers: 1,
  ...more,
});

describe('the clock', () => {
  it.each<[string, number[], RegExp]>([
    ['agrees', [0, 900, -1200], /^ok: .* h0, h1, h2$/],
    ['is a little behind', [12_000], /^warning: .* 12s behind h0$/],
    ['is far ahead', [-300_000, -299_000], /^problem: .* 5m ahead of h0, h1$/],
    ['is judged by most hosts', [0, 400_000, 900], /^ok: .* h0, h2$/],
  ])('%s', (_, skews, first) => {
    const hosts = skews.map((skew, i) => host(`h${i}`, { skew }));
    expect(linesOf('clock', { hosts })[0]).toMatch(first);
  });

  it('tells of the one host whose clock is off', () => {
    const hosts = [host('a', { skew: 0 }), host('b', { skew: 400_000 }), host('c', { skew: 0 })];
    expect(linesOf('clock', { hosts })[1]).toMatch(/^note: .*\bb .*6m 40s/);
  });

  it('is compared with the quickest answer of each host', () => {
    const hosts = new Hosts();
    const seen = { method: 'GET', url: 'https://a.example/x', status: 200, attempt: 1 };
    hosts.note({ ...seen, milliseconds: 9_000, date: NOW }, NOW + 9_000);
    hosts.note({ ...seen, milliseconds: 200, date: NOW + 10_000 }, NOW + 10_400);
    hosts.note({ ...seen, milliseconds: 4_000, date: NOW + 11_000 }, NOW + 15_000);
    expect(hosts.evidence).toEqual([{ host: 'a.example', requests: 3, answers: 3, skew: 200 }]);
  });
});

describe('a budget', () => {
  it.each([
    [{ remaining: 0, limit: 600, resetAt: NOW + 60_000 }, 'problem: h '],
    [{ remaining: 59, limit: 600 }, 'warning: h: 59 of 600'],
    [{ remaining: 60, limit: 600 }, 'ok: h: 60 of 600'],
    [{ remaining: 5 }, 'ok: h: 5 '],
  ])('of %j', (budget, text) => {
    expect(linesOf('limits', { hosts: [host('h', { budget })] })[0]).toContain(text);
  });
});

describe('sinks', () => {
  const check = (id: string, error?: KeyturnError): SinkEvidence => ({
    id,
    kind: 'github',
    report: error === undefined ? { value: { warnings: [] } } : { error },
  });
  const all = (checks: SinkEvidence[]) =>
    linesOf('sinks', { sinks: { checks, credentials: [], warnings: [] } });

  it('that are fine share a line where there are many', () => {
    const many = Array.from({ length: 1000 }, (_, i) => check(`github:acme/r${i}`));
    expect(all(many)).toEqual(['ok: 1000 github sinks can be written']);
    expect(all(many.slice(0, 8))).toHaveLength(8);
  });

  it('that fail alike are told once', () => {
    const failing = ['a', 'b', 'c', 'd'].map((name) =>
      check(
        name,
        new KeyturnError('TARGET_NOT_FOUND', `${name}: it is not there`, {
          hint: `Is ${name} right?`,
        }),
      ),
    );
    const other = check('e', new KeyturnError('RATE_LIMITED', 'e: its rate limit is used up'));
    expect(all([...failing, other])).toEqual([
      'problem: a, b, c and 1 more: it is not there',
      'problem: e: its rate limit is used up',
    ]);
    const evidence = { ...nothing, sinks: { checks: failing, credentials: [], warnings: [] } };
    expect(examine(evidence).find(({ area }) => area === 'sinks')).toMatchObject({
      fix: 'Is a right?',
      sinks: ['a', 'b', 'c', 'd'],
    });
  });
});

describe('the issuer', () => {
  const issuer = (expiresAt: number) => ({
    value: {
      id: 'planetscale:acme',
      report: {
        value: {
          account: 'acme',
          actingToken: 'abc',
          can: { list: 'yes', create: 'yes', grant: 'unknown', revoke: 'no' },
          problems: [],
        },
      },
      acting: {
        value: {
          id: 'abc',
          label: 'bot\u001B[2J',
          issuedAt: new Date(NOW).toISOString(),
          expiresAt: new Date(expiresAt).toISOString(),
          permissions: [],
        },
      },
    },
  });

  it('is told with who acts, what that may do, and how long', () => {
    expect(linesOf('issuer', { issuer: issuer(NOW + 13 * DAY) as Evidence['issuer'] })).toEqual([
      expect.stringMatching(/^ok: planetscale:acme .*abc \(bot\\u001b\[2J\)$/),
      expect.stringMatching(/^ok: .*list and create tokens; .*grant/),
      expect.stringMatching(/^warning: .*2026-12-07 09:00 UTC, in 13d$/),
    ]);
    expect(
      linesOf('issuer', { issuer: issuer(NOW + 15 * DAY) as Evidence['issuer'] }),
    ).toHaveLength(2);
  });
});

describe('the form of a secret', () => {
  it.each([
    ['ghp_0123', undefined],
    ['ghp_0123\n', undefined],
    ['-----BEGIN RSA PRIVATE KEY-----\nabc\n', undefined],
    ['"ghp_0123"', /quotes/],
    ['ghp_01 23', /blank/],
    ['***', /asterisks/],
    ['$GITHUB_TOKEN', /instead of its value/],
    ['${{ secrets.TOKEN }}', /instead of its value/],
    [' ', /blanks/],
    ['ghp_\u2026', /cannot be sent/],
  ])('of %j', (value, odd) => {
    expect(oddityOf(value) ?? '').toMatch(odd ?? /^$/);
  });
});

describe('the text', () => {
  const output = (columns: number, colour: boolean) => ({
    write: () => {},
    terminal: true,
    colour,
    columns,
    rows: 24,
  });
  const lines = [
    { area: 'issuer', rule: 'x', severity: 'ok', text: 'word '.repeat(40).trim(), fix: null },
    { area: 'sinks', rule: 'x', severity: 'problem', text: 'short', fix: 'fix '.repeat(40).trim() },
  ] as const;

  it('fits the terminal, with its lines below each other', () => {
    const text = diagnosesText(lines, output(60, false)).split('\n');
    expect(Math.max(...text.map(displayWidth))).toBeLessThanOrEqual(60);
    expect(text[1]).toMatch(/^ {15}word/);
    expect(text.find((line) => line.includes('→'))).toMatch(/^ {15}→ fix/);
    expect(text.at(-1)).toBe('1 problem.');
  });

  it('has colours only where they are shown', () => {
    expect(diagnosesText(lines, output(60, true))).toContain('\u001B[31m✖');
    expect(diagnosesText(lines, output(60, false))).not.toContain('\u001B');
  });
});

describe('the branch of the ledgers', () => {
  it.each([
    ['protected', `ok: ${BRANCH_PROTECTED}`],
    ['open', `warning: ${branchOpen.text}`],
    [undefined, `note: ${branchUnknown.text}`],
  ] as const)('is told where it is %s', (branch, line) => {
    const ledger = { hasKey: true, isKnown: true, unsigned: [], isShared: true, branch };
    const security = {
      ledger,
      isAgeless: false,
      isPerson: false,
      writable: [],
      runner: undefined,
      pipelines: [],
      isUntrusted: false,
    };
    expect(linesOf('security', { security })).toContain(line);
  });
});
