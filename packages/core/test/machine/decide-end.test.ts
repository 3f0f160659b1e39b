import { describe, expect, it } from 'vitest';

import { graceUntil, type Intent, type RotationState } from '../../src/unstable.ts';
import { decides, grace, over, stop } from './decides.ts';
import { ago, HOUR, intentOf, NOW, replaced, SETTLE, sink, stateOf, token } from './states.ts';

describe('a replaced token', () => {
  const quiet = {
    maxAge: 24 * HOUR,
    grace: HOUR,
    settle: SETTLE,
    quiet: { for: HOUR, atMost: 9 * HOUR },
  };
  const later = replaced('later', { releasedAt: ago(HOUR - 9) });
  const tokens = [token('new'), later, replaced('old', { releasedAt: ago(HOUR - 1) })];
  const uses = new Map([['old', { at: NOW, usedAt: NOW - 1 }]]);

  decides([
    [
      'is revoked after its grace',
      { type: 'revoke', tokens: ['old'] },
      stateOf({ tokens: [token('new'), replaced('old'), later] }),
    ],
    ['is kept until then', stop, stateOf({ tokens })],
    [
      'is waited for, the first one first',
      { type: 'wait', until: NOW + 1, for: 'grace' },
      stateOf({ tokens }),
      { wait: true },
    ],
    [
      'is looked at before it is revoked',
      { type: 'look-at-use', tokens: ['old'] },
      stateOf({ tokens: [token('new'), replaced('old'), replaced('x', { exposed: false })] }),
      { policy: quiet },
    ],
    ['is not looked at before its grace is over', stop, stateOf({ tokens }), { policy: quiet }],
    [
      'is waited for until it is quiet',
      { type: 'wait', until: NOW + HOUR - 1, for: 'quiet' },
      stateOf({ tokens: [token('new'), replaced('old')] }),
      { policy: quiet, wait: true },
      { uses },
    ],
    [
      'is not waited for if it needs a proof',
      { type: 'wait', until: NOW + 9, for: 'settle' },
      stateOf({
        tokens: [token('new'), replaced('old')],
        sinks: [
          sink('a', ['new'], { unanswered: [{ token: 'x', at: ago(SETTLE - 9) }] }),
          sink('b', ['new']),
        ],
      }),
      { canary: ['a'], wait: true },
      { tried: new Set(['a']) },
    ],
  ]);
});

describe('a token that can be disabled', () => {
  const policy = { maxAge: 24 * HOUR, grace: HOUR, settle: SETTLE, pause: 2 * HOUR };
  const disabled = replaced('old', { releasedAt: ago(9 * HOUR), disabledAt: ago(HOUR) });
  const paused = stateOf({ tokens: [token('new'), disabled] });
  const rested = stateOf({
    tokens: [token('new'), replaced('old', { disabledAt: ago(2 * HOUR) })],
  });
  const free = stateOf({ tokens: [token('new'), replaced('old')] });

  decides([
    ['is disabled after its grace', { type: 'disable', tokens: ['old'] }, free, { policy }],
    ['is kept for a pause', stop, paused, { policy }],
    [
      'is waited for until the pause is over',
      { type: 'wait', until: NOW + HOUR, for: 'pause' },
      paused,
      { policy, wait: true },
    ],
    ['is revoked after the pause', { type: 'revoke', tokens: ['old'] }, rested, { policy }],
    [
      'is revoked at once if no job can have read it',
      { type: 'revoke', tokens: ['old'] },
      stateOf({ tokens: [token('new'), replaced('old', { exposed: false })] }),
      { policy },
    ],
    [
      'ends before another is created where there is no room',
      { type: 'revoke', tokens: ['old'] },
      rested,
      { policy, force: true, most: 2 },
    ],
    [
      'ends without a pause where there is no room',
      { type: 'revoke', tokens: ['old'] },
      paused,
      { policy, force: true, most: 2 },
    ],
    [
      'keeps its pause where there is room',
      { type: 'check', reason: 'forced' },
      paused,
      { policy, force: true, most: 3 },
    ],
    [
      'ends for no other where a sink holds it',
      { type: 'check', reason: 'forced' },
      stateOf({
        tokens: [token('new'), replaced('old')],
        sinks: [sink('a', ['new']), sink('b', ['old'])],
      }),
      { policy, force: true, most: 2, selected: ['a'] },
    ],
  ]);

  it('is told as over when it is revoked', () => {
    expect(graceUntil(free, intentOf({ policy }))).toBe(NOW + 2 * HOUR);
    expect(graceUntil(paused, intentOf({ policy }))).toBe(NOW + HOUR);
  });
});

describe('a chapter', () => {
  const tokens = [token('new'), replaced('old')];
  const held = stateOf({
    phase: 'grace',
    tokens,
    sinks: [sink('a', ['new', 'old']), sink('b', ['new'])],
  });

  decides([
    ['is over once nothing is left after a grace', { type: 'finish' }, stateOf({ phase: 'grace' })],
    ['is over once all is revoked', { type: 'finish' }, stateOf({ phase: 'revoking' })],
    ['is over though a sink still holds a token', { type: 'finish' }, held, {}, over],
    ['is over once', stop, stateOf()],
    ['is not over while a grace lasts', stop, stateOf({ phase: 'grace', tokens }), grace(2)],
    [
      'is not over after a failed revocation',
      stop,
      stateOf({ phase: 'revoking', tokens }),
      {},
      { unrevoked: new Set(['old']) },
    ],
    [
      'is not over while something may land',
      stop,
      stateOf({ phase: 'grace', attempts: [{ label: 'l', at: ago(0) }] }),
      {},
      { lookUps: new Map([['l', { at: NOW, final: false }]]) },
    ],
  ]);
});

describe('what is left can be done', () => {
  const tokens = [token('new'), replaced('old', { releasedAt: ago(0) })];
  const unsettled = [
    sink('a', ['new'], { unanswered: [{ token: 'x', at: ago(0) }] }),
    sink('b', ['new']),
  ];
  const until = (state: RotationState, intent: Partial<Intent> = {}): number | undefined =>
    graceUntil(state, intentOf(intent));

  it('never, if nothing is', () => {
    expect(until(stateOf())).toBeUndefined();
  });

  it('after the last grace and the last late write', () => {
    expect(until(stateOf({ tokens }))).toBe(NOW + HOUR);
    expect(until(stateOf({ sinks: unsettled }))).toBe(NOW + SETTLE);
    expect(until(stateOf({ tokens, sinks: unsettled }))).toBe(NOW + HOUR);
    expect(until(stateOf({ tokens, sinks: unsettled }), grace(0))).toBe(NOW + SETTLE);
  });

  it('after the quiet time that is known of', () => {
    const policy = { maxAge: 1, grace: HOUR, settle: 0, quiet: { for: HOUR, atMost: 9 * HOUR } };
    const uses = new Map([['old', { at: NOW + HOUR, usedAt: NOW + HOUR }]]);
    expect(graceUntil(stateOf({ tokens }), intentOf({ policy }), { uses })).toBe(NOW + 2 * HOUR);
  });
});
