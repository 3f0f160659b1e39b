import type { Layout } from '@keyturn/core';
import type { IssuerIdentity } from '@keyturn/core/ledger';
import { applyRecords, asConfigured, emptyState, placeOf } from '@keyturn/core/unstable';
import { describe, expect, it } from 'vitest';

import { incidentOf } from '../../src/history/incident.ts';
import type { Finding } from '../../../host/src/status/finding.ts';
import { findingsOf, needsAttention } from '../../../host/src/status/findings.ts';
import { rotationStatus, type RotationStatus } from '../../../host/src/status/rotation-status.ts';
import { sightings } from '../../../host/src/status/sightings.ts';
import { recordsOf, Story } from './ledgers.ts';

const NOW = Date.parse('2026-11-24T09:30:00Z');
const DAY = 86_400_000;
const WEB = 'github:acme/web';
const API = 'github:acme/api';
const ISSUER: IssuerIdentity = { id: 'planetscale:acme' };

const pair = (id: string | string[], token = 'TOKEN'): Layout => ({
  kind: 'pair',
  names: { id, token },
});

interface Asked {
  readonly layout?: Layout;
  readonly drift?: 'report' | 'heal' | 'off';
  readonly optional?: readonly string[];
  readonly issuer?: IssuerIdentity;
  readonly sinks?: readonly string[];
}

/** Adopted and rotated, with places that are known. */
function story(...sinks: string[]): Story {
  return before(...sinks).rotated('two', 'one', 20);
}

function before(...sinks: string[]): Story {
  const told = new Story('ci', sinks, NOW).adopted('one', 200);
  const places = Object.fromEntries(
    sinks.map((id) => [id, placeOf({ id, limits: {} }, pair('ID'))] as const),
  );
  told.at(200, { type: 'identified', issuer: ISSUER, places });
  return told;
}

function statusOf(told: Story, asked: Asked = {}): RotationStatus {
  const { layout = pair('ID'), sinks: ids = told.sinks, issuer = ISSUER, ...more } = asked;
  const sinks = ids.map((id) => ({ id, supports: { atomic: false }, limits: {} }));
  const records = recordsOf(told);
  const recorded = applyRecords(emptyState, records);
  const state = asConfigured(recorded, issuer, sinks, { layout });
  const policy = { maxAge: 90 * DAY, grace: DAY / 24, settle: 120_000 };
  return rotationStatus({ name: 'ci', policy, layout, sinks, issuer, ...more }, state, NOW, null, {
    ...(recorded.issuer !== undefined && { issuer: recorded.issuer }),
    sightings: sightings(records),
  });
}

const findings = (told: Story, asked?: Asked): Finding[] =>
  findingsOf(statusOf(told, asked), 'keyturn rotate ci', NOW);

const overdue = (...more: string[]): Story => before(WEB, ...more).rotated('two', 'one', 100);

const refused = (told: Story, token: string, daysAgo: number): Story =>
  told
    .reopened(daysAgo)
    .proved(token, daysAgo)
    .sent(token, WEB, daysAgo)
    .at(
      daysAgo,
      { type: 'undelivered', token, sink: WEB, effect: 'none', code: 'PERMISSION_DENIED' },
      { type: 'lost', label: `keyturn-ci-${token}`, reason: 'PERMISSION_DENIED' },
    );

describe('what somebody else changed', () => {
  it('is told with the place, since when it is known, and what to do', () => {
    const told = story(WEB, API)
      .at(2, { type: 'looked', sink: WEB, shows: 'different' })
      .at(1, { type: 'looked', sink: API, shows: 'absent' });
    expect(findings(told)).toEqual([
      {
        rule: 'drifted',
        severity: 'problem',
        text: expect.stringMatching(new RegExp(`${WEB} was overwritten .*2026-11-22 09:30 UTC`)),
        fix: expect.stringContaining('keyturn rotate ci --force'),
      },
      {
        rule: 'drifted',
        severity: 'problem',
        text: expect.stringMatching(new RegExp(`${API} was removed .*2026-11-23 09:30 UTC`)),
        fix: expect.stringContaining('keyturn rotate ci --force'),
      },
    ]);
    expect(needsAttention(findings(told))).toBe(true);
    expect(statusOf(told).sinks).toMatchObject([
      { drift: { shows: 'overwritten', since: '2026-11-22T09:30:00.000Z' } },
      { drift: { shows: 'removed' } },
    ]);
  });

  it('is told of the token in use', () => {
    const told = story(WEB).at(1, { type: 'missed', token: 'two', missing: true });
    expect(findings(told)).toMatchObject([
      { rule: 'drifted', severity: 'problem', text: expect.stringContaining('two, was deleted') },
    ]);
    expect(statusOf(told).missing).toEqual({
      token: 'two',
      since: '2026-11-23T09:30:00.000Z',
      isCopied: false,
      isDisabled: false,
    });
    const off = story(WEB).at(1, { type: 'missed', token: 'two', missing: true, disabled: true });
    expect(findings(off)).toMatchObject([
      { rule: 'drifted', severity: 'problem', text: expect.stringContaining('two, was disabled') },
    ]);
    expect(statusOf(off).missing).toMatchObject({ token: 'two', isDisabled: true });
  });

  it('needs a plain run alone where it heals, and is not told where nobody wants to know', () => {
    const told = story(WEB).at(1, { type: 'looked', sink: WEB, shows: 'different' });
    expect(findings(told, { drift: 'heal' })).toMatchObject([
      { rule: 'drifted', fix: 'Run keyturn rotate ci: it replaces the token.' },
    ]);
    expect(statusOf(told, { drift: 'heal' }).due).toBe('drifted');
    expect(findings(told, { drift: 'off' })).toEqual([]);
  });

  it('is over once it is there again, or a new token was delivered', () => {
    const told = story(WEB).at(2, { type: 'looked', sink: WEB, shows: 'different' });
    expect(findings(told.at(1, { type: 'looked', sink: WEB, shows: 'same' }))).toEqual([]);
    told.at(0.9, { type: 'looked', sink: WEB, shows: 'absent' }).rotated('three', 'two', 0.5);
    expect(findings(told)).toEqual([]);
  });

  it('keeps a replaced token, which may be what is there, and no run ends it by itself', () => {
    const told = new Story('ci', [WEB], NOW).adopted('one', 30).completed('two', 3);
    told.at(2, { type: 'looked', sink: WEB, shows: 'different' });
    expect(statusOf(told).kept).toMatchObject([{ id: 'one', reason: 'drifted' }]);
    expect(findings(told).map(({ rule }) => rule)).toEqual(['drifted']);
    expect(findings(told)[0]?.text).toMatch(/\bone now, .*kept$/);
  });
});

describe('a sink that refuses tokens', () => {
  it('is told with when it is tried again, and how to do it at once', () => {
    const told = refused(refused(overdue(), 'three', 3), 'four', 0.1);
    const [waiting] = findings(told).filter(({ rule }) => rule === 'waiting');
    expect(waiting).toMatchObject({
      severity: 'warning',
      text: expect.stringMatching(
        /^github:acme\/web rejected 2 tokens in a row, .*PERMISSION_DENIED.*before 2026-11-24 13:06 UTC$/,
      ),
      fix: expect.stringContaining('keyturn rotate ci --force'),
    });
    expect(statusOf(told).retryAt).toBe('2026-11-24T13:06:00.000Z');
  });

  it('is tried again by the next run once its pause is over', () => {
    const told = refused(overdue(), 'three', 3);
    const [waiting] = findings(told).filter(({ rule }) => rule === 'waiting');
    expect(waiting).toMatchObject({ text: expect.stringMatching(/the next run retries$/) });
  });

  it('keeps the others waiting: what helps at once is said for all', () => {
    const told = refused(overdue(API), 'three', 0.01);
    const others = findings(told).filter(({ rule }) => rule !== 'waiting');
    expect(others.map(({ rule }) => rule)).toContain('overdue');
    const fixes = others.map(({ fix }) => fix).filter((fix) => fix !== null);
    expect(fixes.filter((fix) => !fix.includes('--force'))).toEqual([]);
  });

  it('is no run that was interrupted', () => {
    const rules = findings(refused(overdue(), 'three', 3)).map(({ rule }) => rule);
    expect(rules).toContain('waiting');
    expect(rules).not.toContain('interrupted');
  });

  it('calls nobody while it has the current token and none is due', () => {
    expect(
      findings(refused(story(WEB), 'three', 3)).filter(({ rule }) => rule === 'waiting'),
    ).toMatchObject([{ severity: 'note' }]);
  });
});

describe('a configuration that changed', () => {
  it('is out of step at once under other names', () => {
    expect(findings(story(WEB), { layout: pair('OTHER_ID') })).toMatchObject([
      { rule: 'out-of-step', text: `the current token is not in ${WEB}` },
      {
        rule: 'left-behind',
        severity: 'note',
        text: expect.stringContaining(`ID and TOKEN of ${WEB}`),
      },
    ]);
    expect(statusOf(story(WEB), { layout: pair('OTHER_ID') })).toMatchObject({
      due: 'out-of-step',
      formerSinks: [
        { id: `${WEB}#pair=ID+TOKEN`, why: 'names', target: WEB, names: ['ID', 'TOKEN'] },
      ],
    });
  });

  it('says that a name is to be written too', () => {
    expect(findings(story(WEB), { layout: pair(['ID', 'NAME']) })).toMatchObject([
      { rule: 'outdated', severity: 'warning', fix: 'Run keyturn rotate ci.' },
    ]);
  });

  it('names the old names that keep a token alive, and the line that ends it', () => {
    const key = `${WEB}#pair=ID+TOKEN`;
    const told = story(WEB).at(1, { type: 'moved', sink: WEB, to: key });
    told.completed('three', 0.5);
    expect(findings(told, { layout: pair('OTHER_ID') })).toEqual([
      {
        rule: 'left-behind',
        severity: 'warning',
        text: expect.stringMatching(new RegExp(`^two stays valid: .*ID and TOKEN of ${WEB}`)),
        fix: `Once no job reads it there, run: keyturn forget ci --sink '${key}'`,
      },
    ]);
  });

  it('names names that keyturn does not write, and what vouches for them', () => {
    const sinks = [WEB, `${WEB}#elsewhere`];
    const told = new Story('ci', sinks, NOW).adopted('one', 30);
    told.proved('two', 20).delivered('two', WEB, 20).at(20, { type: 'completed', token: 'two' });
    expect(findings(told, { sinks: [WEB] })).toMatchObject([
      {
        rule: 'unseen',
        severity: 'warning',
        text: expect.stringMatching(new RegExp(`^one stays valid: .*near ${WEB}`)),
        fix: expect.stringContaining('keyturn rotate ci --allow missing-names'),
      },
    ]);
  });

  it('to another account has one finding: nothing else helps before', () => {
    expect(findings(story(WEB), { issuer: { id: 'planetscale:other' } })).toMatchObject([
      {
        rule: 'other-account',
        severity: 'problem',
        text: expect.stringMatching(/ planetscale:acme, .* planetscale:other/),
      },
    ]);
  });

  it('a place that only a pattern means may be gone: what ends it is said, and which token it keeps', () => {
    const told = story(WEB, API).proved('three', 2).delivered('three', WEB, 2);
    told.at(2, { type: 'completed', token: 'three' });
    const found = findings(told, { optional: [WEB, API] });
    expect(found).toMatchObject([
      {
        rule: 'out-of-step',
        text: `the current token is not in ${API}, so two stays valid for it`,
        fix: expect.stringContaining(`keyturn forget ci --sink ${API}`),
      },
      { rule: 'left-behind' },
    ]);
    expect(findings(told)[0]).toMatchObject({ fix: 'Run keyturn rotate ci.' });
  });
});

it.each([
  [{ type: 'looked', sink: WEB, shows: 'different' }, 'trouble', `${WEB} was overwritten`],
  [
    { type: 'looked', sink: WEB, shows: 'same' },
    'note',
    `${WEB} contains what keyturn wrote again`,
  ],
  [{ type: 'missed', token: 'one', missing: true }, 'trouble', 'one was deleted at its issuer'],
  [
    { type: 'missed', token: 'one', missing: true, disabled: true },
    'trouble',
    'one was disabled at its issuer',
  ],
  [{ type: 'moved', sink: WEB, to: 'x' }, 'note', `recorded under x`],
  [{ type: 'handed-over', to: 'other' }, 'note', 'other continue this ledger'],
] as const)('history tells %j in words', (event, kind, text) => {
  expect(incidentOf({ seq: 1, prev: '', at: '2026-11-24T09:30:00Z', event })).toMatchObject({
    kind,
    text: expect.stringContaining(text),
  });
});
