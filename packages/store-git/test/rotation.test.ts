import { rotate } from '@keyturn/core';
import {
  adapterContext,
  memoryIssuer,
  memorySink,
  seededRandom,
  virtualClock,
} from '@keyturn/core/testing';
import { expect, it, onTestFinished } from 'vitest';

import gitStore from '../src/index.ts';
import { git } from './repositories.ts';
import { pushesOf, serveGit } from './server.ts';
import { freshBare } from './support.ts';

const HOUR = 3_600_000;
const names = { id: 'TOKEN_ID', token: 'TOKEN' };

it('a rotation without a grace period makes four pushes, and a run to which nothing is due none', async () => {
  const { folder, bare } = await freshBare();
  const server = await serveGit(folder);
  onTestFinished(() => server[Symbol.asyncDispose]());
  const clock = virtualClock();
  const issuer = memoryIssuer({ clock });
  const issuedAt = new Date(clock.now() - 2400 * HOUR).toISOString();
  const old = issuer.seed({ label: 'by-hand', permissions: ['read_organization'], issuedAt });
  const sinks = ['memory:a', 'memory:b', 'memory:c'].map((id) => memorySink({ id, clock }));
  for (const sink of sinks) {
    sink.write(names.id, old.id);
    sink.write(names.token, old.secret);
  }
  const random = seededRandom(7);
  const { signal } = new AbortController();
  const run = async () => {
    const before = pushesOf(server);
    const env = { PATH: process.env['PATH'], GIT_CONFIG_NOSYSTEM: '1' };
    const context = adapterContext({ clock, env });
    const store = await gitStore.open(`git+${server.url}/ledger.git`, context);
    const report = await rotate(
      {
        name: 'ci',
        issuer,
        sinks,
        layout: { kind: 'pair', names },
        policy: { maxAge: 2160 * HOUR, grace: 0, settle: 0 },
        permissions: 'copy',
        replaces: old.id,
      },
      { store, clock, random, owner: 'test', signal },
    );
    await store.close?.();
    return { outcome: report.outcome, pushes: pushesOf(server) - before };
  };
  expect(await run()).toEqual({ outcome: 'rotated', pushes: 4 });
  await clock.advance(2200 * HOUR);
  expect(await run()).toEqual({ outcome: 'rotated', pushes: 4 });
  expect(await run()).toEqual({ outcome: 'current', pushes: 0 });
  const log = await git(bare, 'log', '--format=%B', 'keyturn-ledger');
  for (const { secret } of issuer.tokens) expect(log).not.toContain(secret);
});
