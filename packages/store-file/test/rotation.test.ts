import { expect, it } from 'vitest';

import { rotationWithThreeSinks } from '../../core/test/support/rotations.ts';
import { createFileStore } from '../src/file-store.ts';
import { freshFolder, hooked } from './support.ts';

it('a rotation without a grace period makes four data syncs, whatever it delivers to', async () => {
  const rotation = rotationWithThreeSinks();
  let syncs = 0;
  const operations = hooked((method, _, act) => {
    if (method === 'datasync') syncs++;
    return act();
  });
  const folder = await freshFolder();
  const run = async () => {
    const before = syncs;
    const backend = createFileStore({ folder, clock: rotation.clock, operations });
    const outcome = await rotation.run({ ...backend, specVersion: 1, kind: 'file' });
    return { outcome, syncs: syncs - before };
  };
  expect(await run()).toEqual({ outcome: 'rotated', syncs: 4 });
  await rotation.wait();
  expect(await run()).toEqual({ outcome: 'rotated', syncs: 4 });
  expect(await run()).toEqual({ outcome: 'current', syncs: 0 });
});
