import { describe, expect, it } from 'vitest';

import type { ErrorCode, Reason } from '../../src/index.ts';
import { drifted } from '../../src/machine/due.ts';
import type { Memory } from '../../src/machine/intent.ts';
import {
  inStep,
  reasonToRotate,
  retryAt,
  waitsUntil,
  type Intent,
  type RotationState,
} from '../../src/unstable.ts';
import {
  ago,
  HOUR,
  intentOf,
  memoryOf,
  NOW,
  sink,
  stateOf,
  stateWithoutToken,
  token,
} from './states.ts';

type Case = [
  what: string,
  expected: Reason | undefined,
  state: RotationState,
  intent?: Partial<Intent>,
  memory?: Partial<Memory>,
];

const issued = (issuedAt: string, expiresAt?: string): RotationState =>
  stateOf({
    tokens: [
      token('new', {
        ref: { id: 'new', label: 'l', issuedAt, ...(expiresAt !== undefined && { expiresAt }) },
      }),
    ],
  });
const heal = { drift: 'heal' } as const;

describe('a new token is wanted', () => {
  it.each<Case>([
    ['not while all is well', undefined, stateOf()],
    ['not by an abort', undefined, stateWithoutToken(), { abort: true }],
    ['once a leak is said', 'leaked', stateOf(), { breakGlass: 'replace-first' }],
    ['at first', 'first', stateWithoutToken()],
    ['if the token in use is named', 'replaces', stateOf(), { replaces: 'new' }],
    ['if an unknown one is named at first', 'replaces', stateWithoutToken(), { replaces: 'x' }],
    ['not if another one than that in use is named', undefined, stateOf(), { replaces: 'old' }],
    ['if the token in use is gone', 'leaked', stateOf({ tokens: [] })],
    [
      'if it is condemned',
      'leaked',
      stateOf({ tokens: [token('new', { retired: true, condemned: true })] }),
    ],
    ['if the user forces it', 'forced', stateOf(), { force: true }],
    ['if a sink has another one', 'out-of-step', stateOf({ sinks: [sink('a', ['new'])] })],
    [
      'not if that sink is not selected',
      undefined,
      stateOf({ sinks: [sink('a', ['new'])] }),
      { selected: ['a'] },
    ],
    [
      'if late writes to one sink cannot be told',
      'out-of-step',
      stateOf(),
      {},
      { unreadableSinks: new Set(['b']) },
    ],
    ['if one sink was overwritten', 'drifted', overwritten(), heal],
    ['not if that is only reported', undefined, overwritten(), { drift: 'report' }],
    [
      'not if a sink beside the selected ones was',
      undefined,
      overwritten(),
      { ...heal, selected: ['a'] },
    ],
    [
      'if the token was deleted',
      'drifted',
      stateOf({ tokens: [token('new', { missing: true })] }),
      heal,
    ],
    ['not while nothing drifted', undefined, stateOf(), heal],
    ['once its age is over', 'age', issued(ago(24 * HOUR))],
    ['not a moment before', undefined, issued(ago(24 * HOUR - 1))],
    ['once two thirds of its life are over', 'expiry', issued(ago(2 * HOUR), ago(-HOUR))],
    ['not a moment before that', undefined, issued(ago(2 * HOUR - 1), ago(-HOUR - 1))],
  ])('%s', (_, expected, state, intent, memory) => {
    expect(reasonToRotate(state, intentOf(intent), memoryOf(memory), NOW)).toBe(expected);
  });

  function overwritten(): RotationState {
    return stateOf({ sinks: [sink('a', ['new']), sink('b', ['new'], { shows: 'different' })] });
  }
});

describe('a sink is in step', () => {
  it.each([
    ['with the token alone', true, sink('a', ['new'])],
    ['not if it is not known', false, undefined],
    ['not with another token', false, sink('a', ['old'])],
    ['not with one beside it', false, sink('a', ['new', 'old'])],
    ['not with nothing', false, sink('a')],
    ['not if its layout was changed since', false, sink('a', ['new'], { outdated: true })],
  ])('%s', (_, expected, record) => {
    expect(inStep(record, 'new')).toBe(expected);
  });
});

it('without a token in use nothing has drifted', () => {
  expect(drifted(stateWithoutToken(), ['a'])).toBe(false);
});

const refused = (count: number, since: number, code: ErrorCode = 'PERMISSION_DENIED') =>
  sink('a', ['old'], { refusals: { token: 'new', count, at: ago(since), code } });

describe('a sink that refused tokens', () => {
  it.each<[number, ErrorCode, number | undefined]>([
    [1, 'PERMISSION_DENIED', 1],
    [2, 'PERMISSION_DENIED', 6],
    [3, 'PERMISSION_DENIED', 24],
    [9, 'PERMISSION_DENIED', 24],
    [1, 'NETWORK_FAILED', undefined],
    [2, 'NETWORK_FAILED', 1],
    [3, 'NETWORK_FAILED', 6],
  ])('%d of them, the last with %s, pauses for %s hours', (count, code, hours) => {
    expect(retryAt(refused(count, 0, code))).toBe(
      hours === undefined ? undefined : NOW + hours * HOUR,
    );
  });

  it('and one that refused none has no pause', () => {
    expect([retryAt(undefined), retryAt(sink('a'))]).toEqual([undefined, undefined]);
  });

  it.each<[string, number | undefined, RotationState, Partial<Intent>?]>([
    ['that just did is left alone', NOW + HOUR, stateOf({ sinks: [refused(1, 0)] })],
    ['is left alone to the end of its pause', NOW + 1, stateOf({ sinks: [refused(1, HOUR - 1)] })],
    ['is given a new one then', undefined, stateOf({ sinks: [refused(1, HOUR)] })],
    [
      'is given a new one by force',
      undefined,
      stateOf({ sinks: [refused(1, 0)] }),
      { force: true },
    ],
    [
      'is given one after a leak',
      undefined,
      stateOf({ sinks: [refused(1, 0)] }),
      { breakGlass: 'replace-first' },
    ],
    [
      'before the clock was set back does not wait',
      undefined,
      stateOf({ sinks: [refused(1, -1)] }),
    ],
    [
      'holds up no run without it',
      undefined,
      stateOf({ sinks: [refused(1, 0)] }),
      { selected: ['b'] },
    ],
    [
      'waits for it beside one that has no pause',
      NOW + HOUR,
      stateOf({ sinks: [refused(1, 0, 'NETWORK_FAILED'), { ...refused(1, 0), id: 'b' }] }),
    ],
    [
      'waits for the one with the longest pause',
      NOW + 6 * HOUR,
      stateOf({ sinks: [refused(1, 0), { ...refused(2, 0), id: 'b' }] }),
    ],
  ])('%s', (_, expected, state, intent) => {
    expect(waitsUntil(state, intentOf(intent), NOW)).toBe(expected);
  });
});
