import { expect, it } from 'vitest';

import { emptyState, type RotationState } from '../../src/unstable.ts';
import { byClock, clockOf, clockOfStore } from '../../src/ledger/clocks.ts';
import { minute } from './events.ts';

it('a clock is that of the machine, whoever runs there', () => {
  expect(clockOf('ci@runner-7')).toBe(clockOf('me@runner-7'));
  expect(clockOf('me@home@runner-7')).toBe(clockOf('runner-7'));
  expect(clockOf('ci@runner-7')).not.toBe(clockOf('ci@runner-8'));
  expect(clockOf('ci@runner-7')).toMatch(/^[0-9a-f]{8}$/);
});

it('the clock of a store has the name that ledgers of before have for it', () => {
  expect(clockOfStore).toBe('store');
});

it('what another clock dated may have been sent ten minutes later', () => {
  const dated = (by?: string, nth = 0) => ({ at: minute(nth), ...(by !== undefined && { by }) });
  const known: RotationState = {
    ...emptyState,
    rotation: 'r',
    sinks: new Map([
      [
        'a',
        {
          id: 'a',
          base: ['x'],
          unanswered: [dated('mine'), dated('other'), dated()].map((one) => ({
            token: 'x',
            ...one,
          })),
        },
      ],
    ]),
    attempts: [dated('other', 5), dated('mine', 5)].map((one) => ({ label: 'l', ...one })),
  };
  const state = byClock(known, 'mine');
  expect(state.sinks.get('a')).toEqual({
    id: 'a',
    base: ['x'],
    unanswered: [dated('mine'), dated('mine', 10), dated()].map((one) => ({ token: 'x', ...one })),
  });
  expect(state.rotation).toBe('r');
  expect(state.attempts).toEqual(
    [dated('mine', 15), dated('mine', 5)].map((one) => ({ label: 'l', ...one })),
  );
});
