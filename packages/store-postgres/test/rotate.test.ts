import { rotate, systemClock, type RotationReport } from '@keyturn/core';
import type { StateStore } from '@keyturn/core/ledger';
import { adapterContext, memoryIssuer, memorySink, seededRandom } from '@keyturn/core/testing';
import { describe, expect, it } from 'vitest';

import { postgresStore } from '../src/store.ts';
import { startProxy } from './support/proxy.ts';
import { useServer, withServer } from './support/server.ts';
import { freshSchema } from './support/stores.ts';

const server = await useServer();

/** An issuer and a sink, and a rotation that is due whenever it is run. */
function world() {
  const issuer = memoryIssuer({ clock: systemClock, random: seededRandom(1) });
  const sink = memorySink({ clock: systemClock });
  const run = (store: StateStore, owner: string): Promise<RotationReport> =>
    rotate(
      {
        name: 'ci-github',
        issuer,
        sinks: [sink],
        layout: { kind: 'joined', name: 'TOKEN' },
        policy: { maxAge: '90d', grace: 0, settle: 0 },
        permissions: ['read_organization'],
        force: true,
      },
      {
        store,
        clock: systemClock,
        random: seededRandom(owner.length),
        owner,
        signal: new AbortController().signal,
      },
    );
  const alive = (): number => issuer.tokens.filter((one) => one.revokedAt === undefined).length;
  return { issuer, sink, run, alive };
}

await withServer(async () => {
  describe('a rotation', () => {
    it('goes on from any machine, and leaves one token', async () => {
      const schema = freshSchema();
      const { run, alive } = world();
      const proxy = await startProxy(server().port);
      const used: number[] = [];
      for (const owner of ['ci@one', 'ci@two', 'ana@laptop']) {
        const text = server().location({ port: proxy.port, query: { schema } });
        const store = await postgresStore.open(text, adapterContext({ clock: systemClock }));
        const before = proxy.requests;
        expect(await run(store, owner)).toMatchObject({ outcome: 'rotated' });
        await store.close?.();
        used.push(proxy.requests - before);
        expect(alive()).toBe(1);
      }
      // Two connections (three requests each, and one to set them up), the lock, the appends, the end.
      expect(used.at(-1)).toBeLessThanOrEqual(24);
    });

    it('that two machines start at once is carried out by one of them at a time', async () => {
      const schema = freshSchema();
      const { run, alive } = world();
      const stores = await Promise.all(
        ['one', 'two'].map(() =>
          postgresStore.open(
            server().location({ query: { schema } }),
            adapterContext({ clock: systemClock }),
          ),
        ),
      );
      const reports = await Promise.all(
        stores.flatMap((store, index) => [run(store, `ci@${index}`), run(store, `ana@${index}`)]),
      );
      const outcomes = reports.map(({ outcome, error }) => error?.code ?? outcome);
      expect(outcomes).toContain('rotated');
      expect(new Set(outcomes)).toEqual(new Set(['rotated', 'STATE_BUSY']));
      expect(alive()).toBe(1);
      for (const store of stores) await store.close?.();
    });

    it('whose database is lost at any of its requests is finished by the next run', async () => {
      let at = 0;
      let isReached = true;
      while (isReached) {
        at++;
        const schema = freshSchema();
        const { run, alive } = world();
        const proxy = await startProxy(server().port);
        const fault = at % 2 === 0 ? 'lose' : 'cut';
        proxy.decide = (request) => (request === at ? fault : undefined);
        const open = (port: number): Promise<StateStore> =>
          postgresStore.open(
            server().location({ port, query: { schema } }),
            adapterContext({ clock: systemClock }),
          );
        const store = await open(proxy.port);
        await run(store, 'ci@one');
        await store.close?.();
        isReached = proxy.requests >= at;
        const next = await open(server().port);
        const report = await run(next, 'ci@two');
        await next.close?.();
        expect({ at, outcome: report.outcome, alive: alive() }).toEqual({
          at,
          outcome: 'rotated',
          alive: 1,
        });
      }
      expect(at).toBeGreaterThan(30);
    }, 60_000);
  });
});
