import type { Layout } from '@keyturn/core';
import { applyRecords, emptyState } from '@keyturn/core/unstable';
import { describe, expect, it } from 'vitest';

import type { Finding } from '../../../host/src/status/finding.ts';
import { findingsOf, needsAttention } from '../../../host/src/status/findings.ts';
import { rotationStatus, type RotationStatus } from '../../../host/src/status/rotation-status.ts';
import { recordsOf, Story } from './ledgers.ts';

const NOW = Date.parse('2026-11-24T09:30:00Z');
const DAY = 86_400_000;
const MINUTE = 1 / 1440;
const WEB = 'github:acme/web';
const API = 'gitlab:acme/api';

const pair: Layout = { kind: 'pair', names: { id: 'ID', token: 'TOKEN' } };

const story = (...sinks: string[]): Story => new Story('ci', sinks, NOW);

function statusOf(
  told: Story,
  sinks: readonly string[] = told.sinks,
  layout = pair,
  quiet?: { for: number; atMost: number },
  holder?: string | null,
): RotationStatus {
  const policy = { maxAge: 90 * DAY, grace: DAY / 24, settle: 120_000 };
  return rotationStatus(
    {
      name: 'ci',
      policy: quiet === undefined ? policy : { ...policy, quiet },
      layout,
      sinks: sinks.map((id) => ({ id, supports: { atomic: id === API } })),
    },
    applyRecords(emptyState, recordsOf(told)),
    NOW,
    holder,
  );
}

const findings = (...of: Parameters<typeof statusOf>): Finding[] =>
  findingsOf(statusOf(...of), 'keyturn rotate ci', NOW);

const rules = (...of: Parameters<typeof findings>): string[] =>
  findings(...of).map(({ rule }) => rule);

describe('how a rotation stands', () => {
  it('has nothing to say of one that is young and in step', () => {
    const told = story(WEB).adopted('one', 180).rotated('two', 'one', 10);
    expect(findings(told)).toEqual([]);
    expect(statusOf(told)).toMatchObject({
      phase: 'idle',
      due: null,
      ageMs: 10 * DAY,
      nextDueAt: new Date(NOW + 80 * DAY).toISOString(),
      graceUntil: null,
      underWay: null,
      sinks: [{ id: WEB, inStep: true, mayHold: ['two'], unanswered: [], mayBeTorn: false }],
      kept: [],
      attempts: [],
    });
  });

  it('names the date of the renewal where the token expires before its maximum age', () => {
    const told = story(WEB).adopted('one', 180).rotated('two', 'one', 10, 60);
    expect(statusOf(told).nextDueAt).toBe(new Date(NOW + 30 * DAY).toISOString());
  });

  it.each([
    [90.5, ['due']],
    [91.5, ['overdue']],
  ])('tells a token of %d days apart: %j', (age, expected) => {
    expect(rules(story(WEB).adopted('one', age))).toEqual(expected);
  });

  it.each([
    [61, 'expired'],
    [55, 'expiring'],
  ])('warns of a token that lives 60 days, after %d: %s', (age, expected) => {
    const told = story(WEB).adopted('one', 180).rotated('two', 'one', age, 60);
    expect(rules(told)[0]).toBe(expected);
  });

  it('says how to begin', () => {
    expect(findings(story(WEB))).toMatchObject([
      { rule: 'first', fix: expect.stringContaining('keyturn rotate ci --replaces TOKEN_ID') },
    ]);
  });

  it('names the sinks that do not have the token', () => {
    const told = story(WEB, API)
      .adopted('one', 20)
      .at(5, { type: 'drifted', sink: API, holds: [] });
    expect(findings(told)).toMatchObject([
      { rule: 'out-of-step', text: `the current token is not in ${API}` },
    ]);
  });

  it('counts a late write of the very token that the sink has as in step', () => {
    const told = story(WEB)
      .adopted('one', 90)
      .proved('two', 1)
      .sent('two', WEB, 1)
      .at(1, {
        type: 'undelivered',
        token: 'two',
        sink: WEB,
        effect: 'unknown',
        code: 'NETWORK_FAILED',
      })
      .delivered('two', WEB, 1)
      .at(0.99, { type: 'completed', token: 'two' })
      .revoked('one', 0.9)
      .at(0.9, { type: 'finished' });
    expect(statusOf(told).sinks).toMatchObject([{ inStep: true, unanswered: [] }]);
    expect(findings(told)).toEqual([]);
  });

  it('says that half a pair may be read where it is written in two steps, and only there', () => {
    const told = story(WEB, API)
      .adopted('one', 20)
      .proved('two', MINUTE)
      .sent('two', WEB, MINUTE)
      .sent('two', API, MINUTE);
    expect(findings(told)).toMatchObject([
      { rule: 'torn', severity: 'problem', text: expect.stringMatching(/from github:acme\/web$/) },
      { rule: 'unanswered', text: expect.stringMatching(/until .* in gitlab:acme\/api$/) },
      { rule: 'under-way', severity: 'note' },
    ]);
    expect(rules(told, told.sinks, { kind: 'joined', name: 'BOTH' })).not.toContain('torn');
  });

  it('does not call torn what was written again and answered', () => {
    const told = story(WEB).adopted('one', 20).proved('two', 1).sent('two', WEB, 1);
    told.at(0.9, { type: 'lost', label: 'keyturn-ci-two', reason: 'its process ended' });
    told.reopened(MINUTE).completed('three', MINUTE);
    expect(rules(told)).toEqual(['unanswered', 'left-behind']);
  });

  it('takes what is under way for left behind when no run is that long', () => {
    const at = (daysAgo: number): Story => story(WEB).adopted('one', 20).started('two', daysAgo);
    expect(rules(at(MINUTE))).toEqual(['under-way']);
    expect(rules(at(30 * MINUTE))).toEqual(['interrupted']);
  });

  it('calls nobody for what a run is doing, and says who runs', () => {
    const told = story(WEB).adopted('one', 95).proved('two', MINUTE).sent('two', WEB, MINUTE);
    const of = (holder: string | null): Finding[] => findings(told, [WEB], pair, undefined, holder);
    expect(of('ana@laptop')).toMatchObject([
      { rule: 'under-way', text: expect.stringContaining('by ana@laptop') },
    ]);
    expect(of(null).map(({ rule }) => rule)).toEqual(['overdue', 'torn', 'interrupted']);
  });

  it('tells of one that may have been created, and of a lost one while another is due', () => {
    const lost = (age: number): Story =>
      story(WEB)
        .adopted('one', age)
        .started('two', MINUTE)
        .at(MINUTE, { type: 'lost', label: 'keyturn-ci-two', reason: 'NETWORK_FAILED' });
    expect(rules(lost(95))).toEqual(['overdue', 'interrupted', 'lost-answer']);
    expect(rules(lost(20))).toEqual(['lost-answer']);
  });

  it('says what the next run does with what was left', () => {
    const left = (age: number): string | undefined =>
      findings(story(WEB).adopted('one', age).started('two', 1)).at(-1)?.text;
    expect(left(95)).toMatch(/starts with a new token$/);
    expect(left(20)).toMatch(/discards this one$/);
  });

  it.each([
    [0.5 / 24, []],
    [2 / 24, ['grace-over']],
    [3, ['kept-too-long']],
  ])('follows a replaced token from its grace on: %d days', (daysAgo, expected) => {
    expect(rules(story(WEB).adopted('one', 20).completed('two', daysAgo))).toEqual(expected);
  });

  it('does not call it a grace if a run was killed while it revoked the token, and still says so after a day', () => {
    const told = story(WEB).adopted('one', 20).completed('two', 3);
    told.at(2.9, { type: 'revoking', token: 'one' });
    expect(statusOf(told).kept).toEqual([{ id: 'one', sinks: [], reason: 'ending' }]);
    expect(rules(told)).toEqual(['kept-too-long']);
  });

  it.each([
    [2 / 24, 'grace-over', / if it is no longer used$/],
    [1.5, 'grace-over', /revokes one$/],
    [3, 'kept-too-long', /still valid 1d after .*one$/],
  ])('gives a token that may be in use its time: %d days', (daysAgo, rule, text) => {
    const told = story(WEB).adopted('one', 20).completed('two', daysAgo);
    const quiet = { for: DAY / 48, atMost: DAY };
    expect(findings(told, told.sinks, pair, quiet)).toMatchObject([
      { rule, text: expect.stringMatching(text) },
    ]);
  });

  it('says which job did not work with the current token, and what that keeps', () => {
    const told = story(WEB, API).adopted('one', 20).completed('two', 3);
    told.at(2.9, { type: 'tried', sink: API, token: 'two', ok: false });
    told.at(2.9, { type: 'tried', sink: WEB, token: 'two', ok: true });
    expect(findings(told)).toMatchObject([
      { rule: 'unproved', severity: 'warning', text: expect.stringContaining(`a job of ${API}`) },
    ]);
    const { sinks, kept } = statusOf(told);
    expect(sinks.map(({ trial }) => trial)).toEqual(['passed', 'failed']);
    expect(kept).toEqual([{ id: 'one', sinks: [], reason: 'unproved' }]);
  });

  it('calls for a leaked token that is still valid', () => {
    const told = story(WEB).adopted('one', 20).at(0.1, { type: 'condemned', token: 'one' });
    expect(findings(told)).toMatchObject([
      { rule: 'leaked', severity: 'problem', text: expect.stringMatching(/no successor yet$/) },
      { rule: 'leaked', severity: 'problem', text: expect.stringMatching(/leaked.* one$/) },
    ]);
  });

  it('names a sink that left the configuration and may hold a replaced token', () => {
    const told = story(WEB, API).adopted('one', 20).proved('two', 3).delivered('two', WEB, 3);
    told.at(2.9, { type: 'completed', token: 'two' });
    expect(findings(told, [WEB])).toMatchObject([
      {
        rule: 'left-behind',
        severity: 'warning',
        text: expect.stringContaining(API),
        fix: expect.stringContaining(`keyturn forget ci --sink ${API}`),
      },
    ]);
    expect(statusOf(told, [WEB]).formerSinks).toMatchObject([
      { id: API, mayHold: ['one'], why: 'left' },
    ]);
  });

  it('calls nobody for what passes by itself', () => {
    const started = story(WEB).adopted('one', 20).started('two', MINUTE);
    expect(needsAttention(findings(started))).toBe(false);
    expect(needsAttention(findings(story(WEB)))).toBe(true);
  });
});
