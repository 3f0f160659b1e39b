import { expect, it } from 'vitest';

import { makeWorld } from './world.ts';

it('revokes every token that turns up under one label, though the run that found them dies while it says so', async () => {
  const world = makeWorld();
  await world.run({ replaces: world.old });
  // A proxy that sent the request twice made two tokens.
  let isTwin = false;
  world.fault = ({ method, about }) => {
    if (method === 'find' && !isTwin) {
      isTwin = true;
      world.issuer.seed({ label: about });
    }
    return method === 'issue' || (method === 'append' && about.includes('found'))
      ? { fail: 'after' }
      : 'ok';
  };
  await world.run({ force: true });
  expect(isTwin).toBe(true);
  expect(world.live()).toHaveLength(3);
  world.fault = () => 'ok';
  const report = await world.run();
  expect(report.revoked).toHaveLength(2);
  expect(world.live()).toEqual([report.current?.id]);
});
