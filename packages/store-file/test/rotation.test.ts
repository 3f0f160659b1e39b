import { rotate } from '@keyturn/core';
import { memoryIssuer, memorySink, seededRandom, virtualClock } from '@keyturn/core/testing';
import { expect, it } from 'vitest';

import { createFileStore } from '../src/file-store.ts';
import { freshFolder, hooked } from './support.ts';

const HOUR = 3_600_000;
const names = { id: 'TOKEN_ID', token: 'TOKEN' };

it('a rotation without a grace period makes four data syncs, whatever it delivers to', async () => {
  const clock = virtualClock();
  const issuer = memoryIssuer({ clock });
  const issuedAt = new Date(clock.now() - 2400 * HOUR).toISOString();
  const old = issuer.seed({ label: 'by-hand', permissions: ['read_organization'], issuedAt });
  const sinks = ['memory:a', 'memory:b', 'memory:c'].map((id) => memorySink({ id, clock }));
  for (const sink of sinks) {
    sink.write(names.id, old.id);
    sink.write(names.token, old.secret);
  }
  let syncs = 0;
  const operations = hooked((method, _, act) => {
    if (method === 'datasync') syncs++;
    return act();
  });
  const folder = await freshFolder();
  const random = seededRandom(7);
  const { signal } = new AbortController();
  const run = async () => {
    const before = syncs;
    const backend = createFileStore({ folder, clock, operations });
    const store = { ...backend, specVersion: 1, kind: 'file' } as const;
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
    return { outcome: report.outcome, syncs: syncs - before };
  };
  expect(await run()).toEqual({ outcome: 'rotated', syncs: 4 });
  await clock.advance(2200 * HOUR);
  expect(await run()).toEqual({ outcome: 'rotated', syncs: 4 });
  expect(await run()).toEqual({ outcome: 'current', syncs: 0 });
});
