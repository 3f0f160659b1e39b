import { expect, it } from 'vitest';

import { chain, EMPTY, type RotationEvent } from '../../src/ledger/index.ts';
import { durabilityOf } from '../../src/ledger/durability.ts';
import { minute, sending, started, write } from './events.ts';

it.each<[string, string, readonly RotationEvent[]]>([
  ['now', 'announce an effect', [started('new')]],
  ['now', 'announce one among others', write('new', 'a')],
  ['now', 'give up a token', [{ type: 'aborted', label: 'label-new' }]],
  ['now', 'announce a delivery', [sending('new', 'a')]],
  ['with-the-next', 'only say what came of it', write('new', 'a').slice(1)],
])('durable %s are records that %s', (durable, _, events) => {
  expect(durabilityOf(chain(EMPTY, events, minute(0)))).toBe(durable);
});
