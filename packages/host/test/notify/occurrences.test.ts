import { runnerOf } from '@keyturn/ci';
import { KeyturnError, type RotationReport } from '@keyturn/core';
import { describe, expect, it } from 'vitest';

import { dueByStatus, occurrencesOf } from '../../src/notify/occurrences.ts';
import { annotation, slackBody, webhookBody } from '../../src/notify/payload.ts';

const NOW = Date.parse('2026-11-25T12:00:00Z');
const DAY = 86_400_000;
const policy = { maxAge: 90 * DAY, grace: 3_600_000, settle: 120_000 };

const daysAgo = (days: number): string => new Date(NOW - days * DAY).toISOString();
const ref = (id: string, days = 0) => ({ id, label: `keyturn-${id}`, issuedAt: daysAgo(days) });

function report(more: Partial<RotationReport>): RotationReport {
  return {
    name: 'ci',
    outcome: 'current',
    phase: 'idle',
    revoked: [],
    kept: [],
    pending: [],
    drifted: [],
    sinks: [],
    warnings: [],
    ...more,
  };
}

const keysOf = (more: Partial<RotationReport>): string[] =>
  occurrencesOf(report(more), policy, 7 * DAY, NOW).map(({ key }) => key);

const refused = (code: 'REMOTE_REJECTED' | 'STATE_BUSY' | 'INTERRUPTED' | 'AUTH_DENIED') =>
  new KeyturnError(code, 'it was refused');

describe('what there is to tell of a run', () => {
  it.each<[string, Partial<RotationReport>, string[]]>([
    ['nothing where nothing was due', { current: ref('a', 1) }, []],
    [
      'a rotation in its grace, by the new token',
      { outcome: 'grace', current: ref('b'), previous: ref('a') },
      ['rotated b'],
    ],
    [
      'the revocations of a run together',
      { outcome: 'rotated', current: ref('c'), revoked: ['b', 'a'] },
      ['rotated c', 'grace-over a b'],
    ],
    [
      'trouble by the token that is in use meanwhile, not by the one of that run',
      {
        outcome: 'incomplete',
        phase: 'delivering',
        current: ref('new'),
        previous: ref('old'),
        sinks: [{ id: 'x:y', status: 'failed', error: refused('REMOTE_REJECTED') }],
      },
      ['incomplete old REMOTE_REJECTED'],
    ],
    [
      'a run that could not begin',
      { outcome: 'failed', error: refused('AUTH_DENIED') },
      ['incomplete none AUTH_DENIED'],
    ],
    ['not that another run is at work', { outcome: 'failed', error: refused('STATE_BUSY') }, []],
    [
      'not that a person stopped it',
      { outcome: 'incomplete', phase: 'delivering', error: refused('INTERRUPTED') },
      [],
    ],
    ['a token that is due in a week', { current: ref('a', 83) }, ['due-soon a']],
    ['not one that is due in eight days', { current: ref('a', 82) }, []],
  ])('%s', (_, more, keys) => {
    expect(keysOf(more)).toEqual(keys);
  });
});

it('a run that left sinks out says in how many the token is', () => {
  const [told] = occurrencesOf(
    report({
      outcome: 'grace',
      current: ref('b'),
      sinks: [
        { id: 'x:y', status: 'delivered' },
        { id: 'x:z', status: 'skipped' },
      ],
    }),
    policy,
    7 * DAY,
    NOW,
  );
  expect(told?.text).toBe('ci was rotated: b is in 1 of 2 sinks');
});

describe('what is due soon', () => {
  const told = (days: number, maxAge: number): string[] =>
    dueByStatus(
      {
        name: 'ci',
        current: { ...ref('a', days), expiresAt: null },
        nextDueAt: new Date(NOW - days * DAY + maxAge).toISOString(),
      } as Parameters<typeof dueByStatus>[0],
      7 * DAY,
      NOW,
    ).map(({ text }) => text);

  it('is told late enough of a token that lives shortly', () => {
    expect(told(0, DAY)).toEqual([]);
    expect(told(0.8, DAY)).toEqual(['ci is due in 4h, at 2026-11-25 16:48 UTC']);
  });

  it('is told too when it has passed', () => {
    expect(told(91, 90 * DAY)).toEqual([
      expect.stringMatching(/^ci .* since 2026-11-24 12:00 UTC$/),
    ]);
  });
});

describe('a notification', () => {
  const hostile = '<!channel> <https://evil.example|x>\n::error::no\u001B[2J 100%';
  const [occurrence = expect.fail('nothing to tell')] = occurrencesOf(
    report({ name: 'ci', outcome: 'failed', error: new KeyturnError('REMOTE_FAILED', hostile) }),
    policy,
    DAY,
    NOW,
  );

  it('calls nobody in Slack, and is no command to a runner or a terminal', () => {
    expect(slackBody(occurrence)).not.toMatch(/<|>/);
    const runner = runnerOf({ GITHUB_ACTIONS: 'true' });
    if (runner === undefined) throw new Error('no runner');
    expect(annotation(occurrence, runner)).toMatch(
      /^::error title=keyturn incomplete::[^\n]*100%25\n$/,
    );
    for (const text of [slackBody(occurrence), webhookBody(occurrence, 'i:acme', NOW)])
      expect(text).not.toMatch(/(?!\n)\p{Cc}/u);
  });

  it('has an id that is the same whenever it is sent, and another for every other', () => {
    const idOf = (issuer: string, now: number): string =>
      JSON.parse(webhookBody(occurrence, issuer, now)).id;
    expect(idOf('i:acme', NOW)).toBe(idOf('i:acme', NOW + DAY));
    expect(idOf('i:acme', NOW)).not.toBe(idOf('i:other', NOW));
  });
});
