import { describe, expect, it } from 'vitest';

import { KeyturnError, Secret, type ErrorCode } from '../../src/index.ts';
import { firstError, learn, nothingLearned, type Lesson } from '../../src/runner/run/learned.ts';
import { learnLimited } from '../../src/runner/run/pool.ts';
import { memoryIssuer, virtualClock } from '../../src/testing/index.ts';
import { intentOf } from '../machine/states.ts';

const issuer = memoryIssuer({ clock: virtualClock() });
const fresh = nothingLearned(issuer, intentOf());
const after = (...lessons: readonly Lesson[]) => lessons.reduce(learn, fresh);
const error = (code: ErrorCode): KeyturnError => new KeyturnError(code, code);
const token = { id: 'fresh', label: 'label', issuedAt: '2026-11-24T00:00:00.000Z' };
const credential = { token, fields: { id: new Secret('fresh'), token: new Secret('plain') } };

describe('what a run has learned', () => {
  it('is the same after an empty lesson', () => {
    expect(learn(fresh, {})).toEqual(fresh);
  });

  it('is not copied if nothing is added to it', () => {
    const { labels, warnings } = learn(fresh, { labels: new Map(), warnings: new Set() });
    expect(labels).toBe(fresh.labels);
    expect(warnings).toBe(fresh.warnings);
  });

  it('has the sinks that were tried until a token is completed', () => {
    const tried: Lesson = { memory: { tried: new Set(['a']), failedTrials: new Set(['a']) } };
    const known = after(tried, { memory: { asked: 1 } }).memory;
    expect([...known.tried, ...known.failedTrials]).toEqual(['a', 'a']);
    const renewed = after(tried, { memory: { completed: true } }).memory;
    expect([...renewed.tried, ...renewed.failedTrials]).toEqual([]);
  });

  it('grows by maps, sets and lists', () => {
    const known = after(
      { labels: new Map([['a', 'one']]), warnings: new Set(['w']), revoked: ['a'] },
      { labels: new Map([['b', 'two']]), warnings: new Set(['v', 'w']), revoked: ['b'] },
    );
    expect([...known.labels]).toEqual([
      ['a', 'one'],
      ['b', 'two'],
    ]);
    expect([...known.warnings]).toEqual(['w', 'v']);
    expect(known.revoked).toEqual(['a', 'b']);
  });

  it('grows by what is remembered, too, and keeps the rest', () => {
    const { memory } = after(
      {
        memory: {
          asked: 1,
          failedSinks: new Set(['a']),
          lookUps: new Map([['l', { at: 1, final: false }]]),
        },
      },
      {
        memory: { failedSinks: new Set(['b']), lookUps: new Map([['l', { at: 2, final: true }]]) },
      },
    );
    expect(memory.asked).toBe(1);
    expect([...memory.failedSinks]).toEqual(['a', 'b']);
    expect([...memory.lookUps]).toEqual([['l', { at: 2, final: true }]]);
  });

  it('has the last word in everything else', () => {
    const known = after({ planned: true, permissions: ['a'] }, { permissions: ['b'] });
    expect(known).toMatchObject({ planned: true, permissions: ['b'] });
  });

  it('has a token in hand as long as its plaintext is known', () => {
    const known = after({ credential });
    expect(known.memory.hand).toBe('fresh');
    const { memory } = learn(known, { memory: { asked: 1 } });
    expect(memory.hand).toBe('fresh');
    expect(learn(known, { credential: undefined }).memory).not.toHaveProperty('hand');
  });

  it('forgets the trials of the token before once a new one is in place', () => {
    const trials = { tried: new Set(['a']), failedTrials: new Set(['a']) };
    const { memory } = after({ memory: trials }, { memory: { completed: true } });
    expect([memory.tried.size, memory.failedTrials.size]).toEqual([0, 0]);
  });

  it('leaves sinks out as a filter does, and counts them as failed', () => {
    const known = after({ leftOut: new Set(['a']) });
    expect(known.intent.selected).toEqual(intentOf().selected.filter((id) => id !== 'a'));
    expect([...known.memory.failedSinks]).toEqual(['a']);
  });

  it('has the first error, unless the lock was lost', () => {
    const [one, two, lost, again] = (
      ['NETWORK_FAILED', 'AUTH_DENIED', 'STATE_LOST', 'STATE_LOST'] as const
    ).map(error);
    expect(firstError([undefined, one, two])).toBe(one);
    expect(after({ error: one }, { error: two }, {}).error).toBe(one);
    expect(after({ error: one }, { error: lost }, { error: two }).error).toBe(lost);
    expect(after({ error: lost }, { error: again }).error).toBe(again);
    expect(firstError([])).toBeUndefined();
  });
});

describe('work on many items that finds something out', () => {
  it('is learned in the order in which it ends, though another item fails', async () => {
    const ends = [2, 1].map((turns) => async () => {
      for (let turn = 0; turn < turns; turn++) await new Promise(setImmediate);
    });
    const work = async (item: number): Promise<string> => {
      if (item === 2) throw new Error('lost');
      await ends[item]?.();
      return String(item);
    };
    const lessons: Lesson[] = [];
    const all = (async () => {
      const learned = learnLimited([0, 1, 2], 3, work, (revoked) => ({ revoked }));
      for await (const lesson of learned) lessons.push(lesson);
    })();
    await expect(all).rejects.toThrow('lost');
    expect(lessons).toEqual([{ revoked: ['1', '0'] }]);
  });
});
