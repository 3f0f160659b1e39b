import { describe } from 'vitest';

import { decides, over, stop } from './decides.ts';
import { ago, HOUR, replaced, sink, stateOf, stateWithoutToken, token } from './states.ts';

describe('what is due', () => {
  const behind = stateOf({ sinks: [sink('a', ['new']), sink('b', ['old'])] });
  const aged = stateOf({
    tokens: [token('new', { ref: { id: 'new', label: 'l', issuedAt: ago(24 * HOUR) } })],
  });
  const refusing = stateOf({
    sinks: [
      sink('a', ['new']),
      sink('b', ['old'], {
        refusals: { token: 'new', count: 1, at: ago(HOUR), code: 'PERMISSION_DENIED' },
      }),
    ],
  });
  const leaked = { breakGlass: 'revoke-first' } as const;
  const checked = { checked: true };

  decides([
    ['is checked first', { type: 'check', reason: 'out-of-step' }, behind],
    ['is done after that', { type: 'issue', reason: 'out-of-step' }, behind, {}, checked],
    ['is done once', stop, behind, {}, { ...checked, completed: true }],
    ['is not done once the run gave up', stop, behind, {}, { ...checked, ...over }],
    [
      'is tried again after lost answers',
      { type: 'issue', reason: 'out-of-step' },
      behind,
      {},
      { ...checked, asked: 2 },
    ],
    ['is not tried for ever', stop, behind, {}, { ...checked, asked: 3 }],
    ["is told by the machine's clock", stop, aged, {}, { ahead: 1 }],
    ['is told by it in time', { type: 'check', reason: 'age' }, aged],
    ["is done once a sink's pause is over", { type: 'check', reason: 'out-of-step' }, refusing],
    ["is left alone by the machine's clock until then", stop, refusing, {}, { ahead: 1 }],
    [
      'first is to condemn what leaked',
      { type: 'condemn', tokens: ['new', 'old'] },
      stateOf({ tokens: [token('new'), replaced('old')] }),
      leaked,
      checked,
    ],
    [
      'first is to condemn the rest of it',
      { type: 'condemn', tokens: ['old'] },
      stateOf({ tokens: [token('new', { retired: true, condemned: true }), replaced('old')] }),
      leaked,
      { ...checked, unrevoked: new Set(['new']) },
    ],
    [
      'is to replace it if nothing is left of it',
      { type: 'issue', reason: 'leaked' },
      stateOf({ tokens: [] }),
      leaked,
      checked,
    ],
    [
      'is to replace it first if that is asked for',
      { type: 'issue', reason: 'leaked' },
      stateOf(),
      { breakGlass: 'replace-first' },
      checked,
    ],
  ]);
});

describe('a look', () => {
  const report = { drift: 'report' } as const;

  decides([
    ['is taken if nothing is due', { type: 'look' }, stateOf(), report],
    ['is taken once', stop, stateOf(), report, { looked: true }],
    ['is taken if drift is mended', { type: 'look' }, stateOf(), { drift: 'heal' }],
    ['is not taken if nobody asks for it', stop, stateOf(), { drift: 'off' }],
    ['is not taken by an abort', stop, stateOf(), { ...report, abort: true }],
    ['is not taken after a delivery', stop, stateOf(), report, { completed: true }],
    ['is not taken by a run that failed', stop, stateOf(), report, over],
    ['is not taken after an answer was lost', stop, stateOf(), report, { asked: 1 }],
    ['is not taken before there is a token', stop, stateWithoutToken(), { ...report, abort: true }],
    [
      'is not taken while there is none to be had',
      stop,
      stateWithoutToken({
        sinks: [
          sink('a', [], {
            refusals: { token: 'x', count: 1, at: ago(0), code: 'PERMISSION_DENIED' },
          }),
        ],
      }),
      report,
    ],
    [
      'is not taken while a token is under way',
      stop,
      stateOf({ phase: 'delivering', active: { label: 'l', token: 'next' } }),
      report,
      { hand: 'next', failedSinks: new Set(['a', 'b']) },
    ],
  ]);
});
