import { describe } from 'vitest';

import type { RotationState } from '../../src/unstable.ts';
import { decides, stop } from './decides.ts';
import { ago, replaced, sink, stateOf, token, type Known } from './states.ts';

describe('a token under way', () => {
  const active = { label: 'l', token: 'next' };
  const tokens = [token('new'), token('next')];
  const isIn = (phase: RotationState['phase'], known: Known = {}): RotationState =>
    stateOf({ phase, active, tokens, ...known });
  const hand = { hand: 'next' };
  const has = (id: string, of = 'next') => sink(id, [of]);
  const doubted = (id: string, count = 1, of = 'old') =>
    sink(id, ['new'], { refusals: { token: of, count, at: ago(0), code: 'PERMISSION_DENIED' } });

  decides([
    ['that nobody has is lost', { type: 'lose', label: 'l' }, isIn('delivering')],
    [
      'that was asked for by another process is lost',
      { type: 'lose', label: 'l' },
      isIn('issuing', { active: { label: 'l' } }),
    ],
    [
      'beside another one in hand is lost',
      { type: 'lose', label: 'l' },
      isIn('granting'),
      {},
      { hand: 'new' },
    ],
    [
      'is given up by an abort',
      { type: 'abort', label: 'l' },
      isIn('verifying'),
      { abort: true },
      hand,
    ],
    [
      'that was lost is given up too',
      { type: 'abort', label: '' },
      stateOf({ phase: 'lost' }),
      { abort: true },
    ],
    ['leaves nothing to an abort once it is gone', stop, stateOf(), { abort: true }],
    ['that was not verified is lost', { type: 'lose', label: 'l' }, isIn('verifying')],
    ['that was not granted is lost', { type: 'lose', label: 'l' }, isIn('granting')],
    [
      'is delivered to a sink that was never written',
      { type: 'deliver', token: 'next', sinks: ['b'] },
      isIn('delivering', { sinks: [has('a')] }),
      {},
      hand,
    ],
    ['is granted', { type: 'grant', token: 'next' }, isIn('granting'), {}, hand],
    ['is verified', { type: 'verify', token: 'next' }, isIn('verifying'), {}, hand],
    [
      'is delivered where it is not yet',
      { type: 'deliver', token: 'next', sinks: ['b'] },
      isIn('delivering', { sinks: [has('a'), has('b', 'new')] }),
      {},
      hand,
    ],
    [
      'is not delivered again in a run where that failed',
      stop,
      isIn('delivering', { sinks: [has('a'), has('b', 'new')] }),
      {},
      { ...hand, failedSinks: new Set(['b']) },
    ],
    [
      'is the current one once every selected sink has it',
      { type: 'complete', token: 'next' },
      isIn('delivering', { sinks: [has('a'), has('b', 'new')] }),
      { selected: ['a'] },
      hand,
    ],
    [
      'goes first where an earlier one was refused',
      { type: 'deliver', token: 'next', sinks: ['b'] },
      isIn('delivering', { sinks: [has('a', 'new'), doubted('b')] }),
      {},
      hand,
    ],
    [
      'goes everywhere by force',
      { type: 'deliver', token: 'next', sinks: ['a', 'b'] },
      isIn('delivering', { sinks: [has('a', 'new'), doubted('b')] }),
      { force: true },
      hand,
    ],
    [
      'goes everywhere after a leak',
      { type: 'deliver', token: 'next', sinks: ['a', 'b'] },
      isIn('delivering', { sinks: [has('a', 'new'), doubted('b')] }),
      { breakGlass: 'replace-first' },
      hand,
    ],
    [
      'goes nowhere else once a sink refused it like one before',
      stop,
      isIn('delivering', { sinks: [has('a', 'new'), doubted('b', 2, 'next')] }),
      {},
      { ...hand, failedSinks: new Set(['b']) },
    ],
    [
      'that is the first to be refused goes to the others',
      { type: 'deliver', token: 'next', sinks: ['a'] },
      isIn('delivering', { sinks: [has('a', 'new'), doubted('b', 1, 'next')] }),
      {},
      { ...hand, failedSinks: new Set(['b']) },
    ],
    [
      'goes to the others if the failed sink refused another one',
      { type: 'deliver', token: 'next', sinks: ['a'] },
      isIn('delivering', { sinks: [has('a', 'new'), doubted('b', 2, 'old')] }),
      {},
      { ...hand, failedSinks: new Set(['b']) },
    ],
    [
      'goes to the others if a sink without a record failed',
      { type: 'deliver', token: 'next', sinks: ['a'] },
      isIn('delivering', { sinks: [has('a', 'new')] }),
      {},
      { ...hand, failedSinks: new Set(['b']) },
    ],
    [
      'goes nowhere else once one of two failed sinks refused it again',
      stop,
      isIn('delivering', {
        sinks: [doubted('a', 1, 'next'), doubted('b', 2, 'next'), has('c', 'new')],
      }),
      { selected: ['a', 'b', 'c'] },
      { ...hand, failedSinks: new Set(['a', 'b']) },
    ],
  ]);

  decides([
    [
      'is written again after it was brought in',
      { type: 'deliver', token: 'new', sinks: ['b'] },
      stateOf({ phase: 'grace', sinks: [has('a', 'new'), has('b', 'old')] }),
      {},
      { hand: 'new', completed: true },
    ],
    [
      'is not written again by a run that has another one in hand',
      { type: 'finish' },
      stateOf({
        phase: 'revoking',
        tokens: [token('new'), replaced('old')],
        sinks: [has('a', 'old')],
      }),
      {},
      { hand: 'other', completed: true },
    ],
    [
      'is completed once',
      { type: 'finish' },
      stateOf({ phase: 'grace' }),
      {},
      { hand: 'new', completed: true },
    ],
    [
      'is not written in a chapter that is over',
      stop,
      stateOf({ sinks: [has('a', 'old')] }),
      {},
      { hand: 'new', completed: true },
    ],
    [
      'is not written after it was lost',
      stop,
      stateOf({ phase: 'lost', sinks: [has('a', 'old')] }),
      {},
      { hand: 'new', completed: true },
    ],
  ]);
});
