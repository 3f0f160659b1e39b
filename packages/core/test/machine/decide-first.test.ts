import { describe } from 'vitest';

import type { Step } from '../../src/machine/step.ts';
import type { Memory } from '../../src/machine/intent.ts';
import type { RotationState } from '../../src/unstable.ts';
import { decides, grace, over, stop } from './decides.ts';
import { ago, NOW, replaced, SETTLE, sink, stateOf, stateWithoutToken, token } from './states.ts';

describe('a lost attempt', () => {
  const lost = (since: number): RotationState =>
    stateOf({ attempts: [{ label: 'l', at: ago(since) }] });
  const looked = (since: number, final = false): Partial<Memory> => ({
    lookUps: new Map([['l', { at: NOW - since, final }]]),
  });
  const lookUp: Step = { type: 'look-up', label: 'l', final: false };

  decides([
    ['is looked up in every run', lookUp, lost(0)],
    ['is looked up once before its settle time', stop, lost(SETTLE - 1), {}, looked(1)],
    ['is looked up once more after it', lookUp, lost(SETTLE), {}, looked(1)],
    ['is not looked up after that', stop, lost(SETTLE), {}, looked(0)],
    [
      'is waited for',
      { type: 'wait', until: NOW + 1, for: 'settle' },
      lost(SETTLE - 1),
      { wait: true },
      looked(1),
    ],
    [
      'is waited for if there is no grace',
      { type: 'wait', until: NOW + 1, for: 'settle' },
      lost(SETTLE - 1),
      grace(0),
      looked(1),
    ],
    ['is waited for no longer than it can land', stop, lost(SETTLE), { wait: true }, looked(0)],
  ]);

  const tokens = [token('new'), replaced('old')];
  const beside = stateOf({ tokens, attempts: [{ label: 'l', at: ago(SETTLE) }] });
  decides([
    [
      'is looked up right before a revocation',
      { type: 'look-up', label: 'l', final: true },
      beside,
      {},
      looked(0),
    ],
    [
      'that was looked up then holds up no revocation',
      { type: 'revoke', tokens: ['old'] },
      beside,
      {},
      looked(0, true),
    ],
    [
      'is looked up before it, whichever was looked up before',
      { type: 'look-up', label: 'm', final: true },
      { ...beside, attempts: [...beside.attempts, { label: 'm', at: ago(SETTLE) }] },
      {},
      {
        lookUps: new Map([
          ['l', { at: NOW, final: true }],
          ['m', { at: NOW, final: false }],
        ]),
      },
    ],
  ]);
});

describe('a condemned token', () => {
  const tokens = [token('new'), replaced('old', { condemned: true }), replaced('older')];
  const revoke: Step = { type: 'revoke', tokens: ['old'] };
  const sinks = [sink('a', ['new']), sink('b', ['new', 'old'])];
  const active = { label: 'l', token: 'new' };

  decides([
    ['is revoked whoever holds it', revoke, stateOf({ tokens, sinks })],
    [
      'is revoked before the next one is delivered',
      revoke,
      stateOf({ phase: 'delivering', active, tokens, sinks }),
      {},
      { hand: 'new' },
    ],
    [
      'is not revoked before that one works',
      { type: 'grant', token: 'new' },
      stateOf({ phase: 'granting', active, tokens, sinks }),
      {},
      { hand: 'new' },
    ],
    [
      'is tried once in a run',
      { type: 'revoke', tokens: ['older'] },
      stateOf({ tokens }),
      {},
      { unrevoked: new Set(['old']) },
    ],
  ]);
});

describe('a token that the user names beside the one in use', () => {
  const named = { replaces: 'old' };

  decides([
    ['is taken over', { type: 'take-over', token: 'old' }, stateOf(), named],
    ['is looked for once in a run', stop, stateOf(), named, { named: true }],
    [
      'is known already',
      stop,
      stateOf({
        sinks: [sink('a', ['new', 'old']), sink('b', ['new'])],
        tokens: [token('new'), replaced('old')],
      }),
      named,
      over,
    ],
    ['was revoked', stop, stateOf({ revoked: ['old'] }), named],
    [
      'is replaced if it is the one in use',
      { type: 'check', reason: 'replaces' },
      stateOf(),
      { replaces: 'new' },
    ],
    [
      'is replaced if it is the one in use, though that is gone',
      { type: 'check', reason: 'replaces' },
      stateOf({ tokens: [] }),
      { replaces: 'new' },
    ],
    [
      'is replaced if nothing is known',
      { type: 'check', reason: 'replaces' },
      stateWithoutToken(),
      named,
    ],
    [
      'waits until the one under way is in place',
      { type: 'verify', token: 'next' },
      stateOf({ phase: 'verifying', active: { label: 'l', token: 'next' } }),
      named,
      { hand: 'next' },
    ],
    [
      'waits though that one cannot be delivered',
      stop,
      stateOf({ phase: 'delivering', active: { label: 'l', token: 'next' } }),
      named,
      { hand: 'next', failedSinks: new Set(['a', 'b']) },
    ],
  ]);
});
