import { describe } from 'vitest';

import type { Step } from '../../src/machine/step.ts';
import type { RotationState } from '../../src/unstable.ts';
import { decides, grace, over, stop } from './decides.ts';
import { ago, NOW, replaced, SETTLE, sink, stateOf, token } from './states.ts';

describe('late writes to a sink', () => {
  const late = (id: string, base: readonly string[], of: string, ...since: number[]) =>
    sink(id, base, { unanswered: since.map((one) => ({ token: of, at: ago(one) })) });
  const one = (base: readonly string[], of: string, ...since: number[]): RotationState =>
    stateOf({ sinks: [late('a', base, of, ...since), sink('b', ['new'])] });
  const settle: Step = { type: 'settle', sinks: ['a'] };
  const crowded = stateOf({
    tokens: [token('new'), replaced('old')],
    sinks: [late('a', ['new'], 'old', SETTLE - 9), late('b', ['new'], 'old', SETTLE - 1)],
  });

  decides([
    ['are settled once they can land no more', settle, one(['new'], 'old', SETTLE)],
    ['are left alone before', stop, one(['new'], 'old', SETTLE - 1)],
    ['are settled after the last of them', stop, one(['new'], 'old', 2 * SETTLE, SETTLE - 1)],
    [
      'are waited for',
      { type: 'wait', until: NOW + 1, for: 'settle' },
      one(['new'], 'old', SETTLE - 1),
      { wait: true },
    ],
    [
      'are waited for if there is no grace',
      { type: 'wait', until: NOW + 1, for: 'settle' },
      one(['new'], 'old', SETTLE - 1),
      grace(0),
    ],
    [
      'are waited for one after the other',
      { type: 'wait', until: NOW + 1, for: 'settle' },
      stateOf({
        sinks: [late('a', ['new'], 'old', SETTLE - 9), late('b', ['new'], 'old', SETTLE - 1)],
      }),
      { wait: true },
    ],
    [
      'are waited for where there is no room for another token, until the first can land no more',
      { type: 'wait', until: NOW + 1, for: 'settle' },
      crowded,
      { force: true, most: 2, wait: true },
    ],
    [
      'are not waited for there if a later run can do it',
      { type: 'check', reason: 'forced' },
      crowded,
      { force: true, most: 2 },
    ],
    ['of the token that it has change nothing', stop, one(['new'], 'new', SETTLE)],
    [
      'of a token that it may have change something',
      settle,
      one(['new', 'old'], 'new', SETTLE),
      {},
      over,
    ],
    [
      'of which one is of another token change something',
      settle,
      stateOf({
        sinks: [
          sink('a', ['new'], {
            unanswered: [
              { token: 'new', at: ago(SETTLE) },
              { token: 'old', at: ago(SETTLE) },
            ],
          }),
          sink('b', ['new']),
        ],
      }),
    ],
    [
      'are not asked about if it left the configuration',
      stop,
      one(['new'], 'old', SETTLE),
      { selected: ['b'] },
    ],
    [
      'are not asked about again after it failed',
      stop,
      one(['new'], 'old', SETTLE),
      {},
      { failedSinks: new Set(['a']) },
    ],
    [
      'are not asked about again if nothing shows',
      stop,
      one(['new'], 'old', SETTLE),
      {},
      { unreadableSinks: new Set(['a']), ...over },
    ],
    [
      'are settled though an unknown sink is selected',
      settle,
      one(['new'], 'old', SETTLE),
      { selected: ['c', 'a'] },
      over,
    ],
  ]);
});

describe('a job of the new token', () => {
  const canary = ['a'];
  const tokens = [token('new'), replaced('old')];
  const trial: Step = { type: 'try', token: 'new', sinks: ['a'] };

  decides([
    ['is tried once it is in place', trial, stateOf({ phase: 'grace' }), { canary }],
    ['is tried while others are revoked', trial, stateOf({ phase: 'revoking' }), { canary }],
    ['is tried later if a token is kept for it', trial, stateOf({ tokens }), { canary }],
    [
      'is tried later though another one is not kept',
      trial,
      stateOf({ tokens: [...tokens, replaced('x', { exposed: false })] }),
      { canary },
    ],
    ['is not tried if nothing waits for it', stop, stateOf(), { canary }],
    [
      'is not tried if what waits needs no proof',
      { type: 'revoke', tokens: ['x'] },
      stateOf({ tokens: [token('new'), replaced('x', { exposed: false })] }),
      { canary },
    ],
    [
      'is not tried while the next one is under way',
      stop,
      stateOf({ phase: 'delivering', tokens, active: { label: 'l', token: 'next' } }),
      { canary },
      { hand: 'next', failedSinks: new Set(['a', 'b']) },
    ],
    [
      'is not waited for',
      stop,
      stateOf({ tokens }),
      { canary, wait: true },
      { tried: new Set(['a']) },
    ],
  ]);
});
