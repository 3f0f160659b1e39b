import { adapterContext } from '@keyturn/core/testing';
import { expect, it, onTestFinished } from 'vitest';

import { rotationWithThreeSinks } from '../../core/test/support/rotations.ts';
import gitStore from '../src/index.ts';
import { git } from './repositories.ts';
import { pushesOf, serveGit } from './server.ts';
import { freshBare } from './support.ts';

it('a rotation without a grace period makes four pushes, and a run to which nothing is due none', async () => {
  const { folder, bare } = await freshBare();
  const server = await serveGit(folder);
  onTestFinished(() => server[Symbol.asyncDispose]());
  const rotation = rotationWithThreeSinks();
  const run = async () => {
    const before = pushesOf(server);
    const env = { PATH: process.env['PATH'], GIT_CONFIG_NOSYSTEM: '1' };
    const context = adapterContext({ clock: rotation.clock, env });
    const store = await gitStore.open(`git+${server.url}/ledger.git`, context);
    const outcome = await rotation.run(store);
    await store.close?.();
    return { outcome, pushes: pushesOf(server) - before };
  };
  expect(await run()).toEqual({ outcome: 'rotated', pushes: 4 });
  await rotation.wait();
  expect(await run()).toEqual({ outcome: 'rotated', pushes: 4 });
  expect(await run()).toEqual({ outcome: 'current', pushes: 0 });
  const log = await git(bare, 'log', '--format=%B', 'keyturn-ledger');
  for (const { secret } of rotation.issuer.tokens) expect(log).not.toContain(secret);
});
