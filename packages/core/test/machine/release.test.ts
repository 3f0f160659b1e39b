import { describe, expect, it } from 'vitest';

import type { Memory } from '../../src/machine/intent.ts';
import type { Intent, RotationState } from '../../src/unstable.ts';
import { isDrifted, releases, untried, type Release } from '../../src/machine/release.ts';
import {
  ago,
  HOUR,
  intentOf,
  memoryOf,
  NOW,
  replaced,
  sink,
  stateOf,
  stateWithoutToken,
  token,
} from './states.ts';

const tokens = [token('new'), replaced('old')];
const quiet = { maxAge: 24 * HOUR, grace: HOUR, settle: 0, quiet: { for: HOUR, atMost: 3 * HOUR } };
const used = (usedAt?: number, at = NOW): Partial<Memory> => ({
  uses: new Map([['old', usedAt === undefined ? { at } : { at, usedAt }]]),
});
const only = (
  state: RotationState,
  intent: Partial<Intent> = {},
  memory: Partial<Memory> = {},
): Release[] => releases(state, intentOf(intent), memoryOf(memory));

describe('a token is released', () => {
  it('after its grace', () => {
    expect(only(stateOf({ tokens }))).toEqual([
      { token: 'old', at: NOW, inUse: false, uncertain: false, by: 'revoke', gated: false },
    ]);
  });

  it.each<[string, RotationState, Partial<Memory>?]>([
    ['in use', stateOf()],
    ['that a sink holds', stateOf({ tokens, sinks: [sink('a', ['new']), sink('b', ['old'])] })],
    [
      'that may still land',
      stateOf({
        tokens,
        sinks: [sink('b', ['new'], { unanswered: [{ token: 'old', at: ago(0) }] })],
      }),
    ],
    ['that could not be revoked in this run', stateOf({ tokens }), { unrevoked: new Set(['old']) }],
  ])('not if it is one %s', (_, state, memory) => {
    expect(only(state, {}, memory)).toEqual([]);
  });

  it.each([
    ['no job can have read', replaced('old', { exposed: false })],
    ['is condemned', replaced('old', { condemned: true })],
    ['no sink ever held', { ...token('old'), retired: true }],
  ])('at once if it %s, whatever is not proved', (_, old) => {
    const state = stateOf({ tokens: [token('new'), old] });
    expect(only(state, { policy: quiet, canary: ['a'] })).toEqual([
      { token: 'old', at: 0, inUse: false, uncertain: false, by: 'revoke', gated: false },
    ]);
  });
});

describe('a quiet time', () => {
  const state = stateOf({ tokens });

  it.each<[string, Partial<Memory>, Partial<Release>]>([
    ['has to be looked for', {}, { at: NOW, uncertain: true }],
    ['is over if nobody used it', used(), { at: NOW, inUse: false, uncertain: false }],
    ['is looked for again at its end', used(undefined, NOW - 1), { at: NOW, uncertain: true }],
    [
      'starts with the last use',
      used(NOW - 1),
      { at: NOW + HOUR - 1, inUse: true, uncertain: true },
    ],
    ['is no longer than the grace', used(NOW - 2 * HOUR), { at: NOW, inUse: false }],
    ['that ends with the grace is over', used(NOW - HOUR), { at: NOW, inUse: false }],
    ['ends at the latest', used(NOW + 2 * HOUR), { at: NOW + 2 * HOUR, inUse: true }],
  ])('%s', (_, memory, expected) => {
    expect(only(state, { policy: quiet }, memory)).toMatchObject([expected]);
  });

  it('is not asked of a token that is disabled', () => {
    const disabled = replaced('old', { disabledAt: ago(9) });
    const paused = stateOf({ tokens: [token('new'), disabled] });
    expect(only(paused, { policy: { ...quiet, pause: HOUR } })).toMatchObject([
      { at: NOW + HOUR - 9, uncertain: false, by: 'revoke' },
    ]);
    // Nor has it a pause if none is asked for any more.
    expect(only(paused, { policy: quiet })).toMatchObject([{ at: NOW - 9, uncertain: false }]);
  });

  it('that is not asked for says nothing of a use', () => {
    expect(only(state, {}, used(NOW))).toMatchObject([{ at: NOW, inUse: false, uncertain: false }]);
  });
});

const tried = (id: string, of: string, ok: boolean) =>
  sink(id, ['new'], { trial: { token: of, ok } });

describe('a replaced token is kept for want of proof', () => {
  it.each<[string, boolean, RotationState, Partial<Intent>?]>([
    ['not if none is asked for', false, stateOf({ tokens })],
    ['if no job was tried', true, stateOf({ tokens }), { canary: ['a'] }],
    [
      'if one of two jobs is missing',
      true,
      stateOf({ tokens, sinks: [tried('a', 'new', true), sink('b', ['new'])] }),
      { canary: ['a', 'b'] },
    ],
    [
      'not once the job ended well',
      false,
      stateOf({ tokens, sinks: [tried('a', 'new', true)] }),
      { canary: ['a'] },
    ],
    [
      'if it did so with another token',
      true,
      stateOf({ tokens, sinks: [tried('a', 'old', true)] }),
      { canary: ['a'] },
    ],
    [
      'if the canary of a sink that is not there is asked for',
      true,
      stateOf({ tokens, sinks: [] }),
      { canary: ['a'] },
    ],
    [
      'if a job failed before',
      true,
      stateOf({ tokens, sinks: [tried('b', 'new', false), sink('a')] }),
    ],
    [
      'not if it failed with another token',
      false,
      stateOf({ tokens, sinks: [tried('a', 'x', false)] }),
    ],
    [
      'not if the sink left the configuration',
      false,
      stateOf({ tokens, sinks: [tried('c', 'new', false)] }),
    ],
    [
      'if a job of a sink that is filtered out failed',
      true,
      stateOf({ tokens, sinks: [tried('c', 'new', false)] }),
      { configured: ['a', 'b', 'c'] },
    ],
    [
      'if somebody else wrote to a sink',
      true,
      stateOf({ tokens, sinks: [sink('a', ['new']), sink('b', ['new'], { shows: 'different' })] }),
    ],
    [
      'not if somebody only removed it',
      false,
      stateOf({ tokens, sinks: [sink('a', ['new'], { shows: 'absent' })] }),
    ],
    ['not without a token in use', false, stateWithoutToken({ tokens }), { canary: ['a'] }],
  ])('%s', (_, gated, state, intent) => {
    expect(only(state, intent).map((release) => release.gated)).toEqual([gated]);
  });
});

it('drift counts for every sink of the configuration, those by default that are selected', () => {
  const state = stateOf({ sinks: [sink('c', ['new'], { shows: 'different' })] });
  const drift = (intent: Partial<Intent>): boolean => isDrifted(state, intentOf(intent));
  expect([drift({}), drift({ selected: ['c'] }), drift({ configured: ['a', 'c'] })]).toEqual([
    false,
    true,
    true,
  ]);
});

describe('a job is tried', () => {
  const canary = ['a', 'b'];

  it.each<[string, readonly string[], RotationState, Partial<Intent>, Partial<Memory>?]>([
    ['where a canary is asked for', ['a', 'b'], stateOf(), { canary }],
    ['nowhere if it is not', [], stateOf(), {}],
    ['nowhere without a token', [], stateWithoutToken(), { canary }],
    ['once in a run', ['b'], stateOf(), { canary }, { tried: new Set(['a']) }],
    [
      'where the token is',
      ['a'],
      stateOf({ sinks: [sink('a', ['new']), sink('b', ['old'])] }),
      { canary },
    ],
    [
      'where it has not proved it yet',
      ['b'],
      stateOf({ sinks: [tried('a', 'new', true), tried('b', 'new', false)] }),
      { canary },
    ],
    [
      'where it has proved another one',
      ['a'],
      stateOf({ sinks: [tried('a', 'old', true)] }),
      { canary },
    ],
  ])('%s', (_, expected, state, intent, memory) => {
    expect(untried(state, intentOf(intent), memoryOf(memory))).toEqual(expected);
  });
});
