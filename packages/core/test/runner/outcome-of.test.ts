import { describe, expect, it } from 'vitest';

import { outcomeOf, type Ending } from '../../src/runner/outcome.ts';
import { learn, nothingLearned, type Lesson } from '../../src/runner/run/learned.ts';
import type { KeptToken } from '../../src/index.ts';
import { memoryIssuer, virtualClock } from '../../src/testing/index.ts';
import { ago, intentOf, stateOf } from '../machine/states.ts';

const issuer = memoryIssuer({ clock: virtualClock() });

/** A run that found nothing to do, with these changes. */
function ended(lesson: Lesson = {}, changes: Partial<Ending> = {}): Ending {
  return {
    state: stateOf(),
    learned: learn(nothingLearned(issuer, intentOf()), lesson),
    kept: [],
    drifted: [],
    stranded: [],
    waits: false,
    dryRun: false,
    interrupted: false,
    lockLost: false,
    ...changes,
  };
}

const kept = (reason: KeptToken['reason']): KeptToken => ({ id: 'old', reason, sinks: [] });
const attempt = { label: 'lost', at: ago(0) };
const inGrace = { kept: [kept('grace')] };
const underWay = stateOf({ phase: 'granting', active: { label: 'l', token: 'fresh' } });
const urgent = learn(nothingLearned(issuer, intentOf({ breakGlass: 'replace-first' })), {});
const abandoned = learn(nothingLearned(issuer, intentOf({ abort: true })), {});

describe('the outcome of a run', () => {
  it.each<[string, Ending]>([
    ['current', ended()],
    ['rotated', ended({ memory: { asked: 1, completed: true } })],
    ['rotated', ended({ revoked: ['old'] })],
    ['grace', ended({}, { kept: [kept('settling')] })],
    ['grace', ended({}, { kept: [kept('used'), kept('held')] })],
    ['grace', ended({}, { kept: [kept('unproved')] })],
    ['grace', ended({}, { state: stateOf({ attempts: [attempt] }) })],
    ['current', ended({}, { kept: [kept('held')] })],
    ['drifted', ended({}, { drifted: ['a'] })],
    ['waiting', ended({ reason: 'age' }, { waits: true })],
    ['current', ended({}, { waits: true })],
    ['rotated', ended({ reason: 'age', memory: { completed: true } }, { waits: true })],
    ['failed', ended({ memory: { gaveUp: true } })],
    ['failed', ended({ memory: { asked: 1 } })],
    ['current', ended({ memory: { asked: 1 } }, { state: stateOf({ active: { label: 'l' } }) })],
  ])('is %s', (outcome, ending) => {
    expect(outcomeOf(ending)).toBe(outcome);
  });

  it.each<[string, Ending]>([
    ['it broke off', ended({ broken: true })],
    ['the lock was lost', ended({}, { lockLost: true })],
    ['a sink failed', ended({ memory: { failedSinks: new Set(['a']) } })],
    ['a sink was left out', ended({ leftOut: new Set(['a']) })],
    ['sinks are not written', ended({}, { state: stateOf({ phase: 'delivering' }) })],
    ['a job failed', ended({ memory: { failedTrials: new Set(['a']) } })],
    ['a token is not revoked', ended({ memory: { unrevoked: new Set(['old']) } })],
    [
      'a look-up failed',
      ended({ answered: new Map([['lost', false]]) }, { state: stateOf({ attempts: [attempt] }) }),
    ],
    ['a leaked token is held', ended({}, { learned: urgent, kept: [kept('held')] })],
    [
      'a token to end is not known to be ours',
      ended({}, { learned: abandoned, kept: [kept('unnamed')] }),
    ],
    ['jobs fail', ended({}, { stranded: ['a'] })],
    ['it was interrupted', ended({}, { interrupted: true })],
    ['it was interrupted under way', ended({}, { interrupted: true, state: underWay, ...inGrace })],
    [
      'it was interrupted with a token due',
      ended({ reason: 'age' }, { interrupted: true, ...inGrace }),
    ],
    [
      'it was interrupted with a held token',
      ended({}, { interrupted: true, kept: [kept('grace'), kept('held')] }),
    ],
  ])('is incomplete since %s', (_, ending) => {
    expect(outcomeOf(ending)).toBe('incomplete');
  });

  it.each<[string, string, Ending]>([
    ['a wait', 'grace', ended({}, { interrupted: true, ...inGrace })],
    [
      'a wait after the new token was in place',
      'grace',
      ended({ reason: 'age', memory: { completed: true } }, { interrupted: true, ...inGrace }),
    ],
  ])('is not changed by an interrupt of %s', (_, outcome, ending) => {
    expect(outcomeOf(ending)).toBe(outcome);
  });

  it('is not incomplete since a token is kept that is not known to be ours', () => {
    const lesson = { memory: { unrevoked: new Set(['old']) }, unnamed: new Set(['old']) };
    expect(outcomeOf(ended(lesson))).toBe('current');
  });

  it('is not incomplete once the label was looked for again', () => {
    const learned = [false, true].reduce(
      (known, seen) => learn(known, { answered: new Map([['lost', seen]]) }),
      nothingLearned(issuer, intentOf()),
    );
    const state = stateOf({ attempts: [attempt] });
    expect(outcomeOf(ended({}, { learned, state }))).toBe('grace');
  });

  it('is not incomplete for a held token that nobody wants to end', () => {
    expect(outcomeOf(ended({}, { kept: [kept('unnamed')] }))).toBe('current');
    expect(outcomeOf(ended({}, { learned: urgent, kept: [kept('unseen')] }))).toBe('current');
  });

  it('is the worst of what holds', () => {
    const everything: readonly [string, Lesson, Partial<Ending>][] = [
      ['failed', { memory: { gaveUp: true } }, {}],
      ['incomplete', { memory: { failedSinks: new Set(['a']) } }, {}],
      ['waiting', { reason: 'age' }, { waits: true }],
      ['drifted', {}, { drifted: ['token'] }],
      ['grace', {}, inGrace],
      ['rotated', { revoked: ['old'] }, {}],
    ];
    for (const [index, [outcome]] of everything.entries()) {
      const rest = everything.slice(index);
      const learned = rest.reduce(
        (known, [, lesson]) => learn(known, lesson),
        nothingLearned(issuer, intentOf()),
      );
      const changes = Object.assign({}, ...rest.map(([, , change]) => change)) as Partial<Ending>;
      expect(outcomeOf(ended({}, { ...changes, learned }))).toBe(outcome);
    }
  });
});

describe('the outcome of a plan', () => {
  const plan = { dryRun: true } as const;
  it.each<[string, Ending]>([
    ['current', ended({}, plan)],
    ['current', ended({}, { ...plan, ...inGrace })],
    ['drifted', ended({}, { ...plan, drifted: ['a'] })],
    ['waiting', ended({ reason: 'age' }, { ...plan, waits: true, drifted: ['a'] })],
    ['planned', ended({ reason: 'age', planned: true }, { ...plan, waits: true })],
    ['failed', ended({ planned: true, memory: { gaveUp: true } }, plan)],
    ['planned', ended({ planned: true, memory: { failedSinks: new Set(['a']) } }, plan)],
  ])('is %s', (outcome, ending) => {
    expect(outcomeOf(ending)).toBe(outcome);
  });
});
