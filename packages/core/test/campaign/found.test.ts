import { expect, it } from 'vitest';

import { play } from './perform.ts';
import { DAY, HOUR, type Mishap, type Run, type Script } from './script.ts';

/** What the campaign found, as small as it could be made. */

const run = (...mishaps: [number, Mishap][]): Run => ({
  action: 'run',
  selected: 'all',
  force: false,
  grace: 0,
  wait: false,
  optional: false,
  mishaps,
});
const forced = (...mishaps: [number, Mishap][]): Run => ({ ...run(...mishaps), force: true });
const graceful: Run = { ...run(), grace: HOUR };

const found: Readonly<Record<string, Pick<Script, 'layout' | 'actions'>>> = {
  'a clock that is set back by a day does not make a run wait for a day': {
    layout: 'pair',
    actions: [graceful, { action: 'clock jumps', by: -DAY }],
  },
  'a clock that is set back while a run waits does not make it wait again': {
    layout: 'pair',
    actions: [graceful, run([1, { what: 'clock jumps', by: -DAY }])],
  },
  'a clock that was ahead by a year once does not make every run rotate': {
    layout: 'joined',
    actions: [
      { action: 'clock jumps', by: 365 * DAY },
      run(),
      { action: 'clock jumps', by: -365 * DAY },
    ],
  },
  "a machine's clock that is behind the issuer's by a day does not keep a revoked token": {
    layout: 'joined',
    actions: [
      { action: 'clock jumps', by: -DAY },
      run(),
      { action: 'time passes', by: HOUR },
      forced([17, { what: 'killed', when: 'after' }]),
    ],
  },
  'a young token whose revocation was not answered is waited for': {
    layout: 'joined',
    actions: [
      run(),
      forced([8, { what: 'killed', when: 'before' }]),
      run([4, { what: 'unanswered' }]),
    ],
  },
  'a run that is stopped between a record and its request, and overtaken, does not send it': {
    layout: 'pair',
    actions: [run([7, { what: 'another run', takesOver: true }])],
  },
  'a canary is tried though a token was asked for since and nobody knows of it': {
    layout: 'pair',
    actions: [graceful, forced([5, { what: 'unanswered' }])],
  },
  'a canary is tried again with the token that a run makes after it tried another': {
    layout: 'pair',
    actions: [
      { ...graceful, mishaps: [[16, { what: 'another run', takesOver: true }]] },
      run([1, { what: 'late', delay: 0 }]),
    ],
  },
  'a secret that lands late beside the id of a newer token is not taken for that token': {
    layout: 'pair',
    actions: [
      {
        ...graceful,
        mishaps: [
          [15, { what: 'late', delay: 0.00001 }],
          [16, { what: 'another run', takesOver: true }],
        ],
      },
      run(),
    ],
  },
};

it.each(Object.entries(found))('%s', async (_, script) => {
  const sinks = [{ readBack: 'value', atomic: false, isFirst: true, hasCi: true }] as const;
  expect([...(await play({ sinks, ...script }))]).toEqual([]);
});
