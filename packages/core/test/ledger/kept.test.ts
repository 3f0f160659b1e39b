import { readdirSync, readFileSync } from 'node:fs';

import { describe, expect, it } from 'vitest';

import { rotate, type RotationReport, type RotationRequest } from '../../src/index.ts';
import { readState } from '../../src/unstable.ts';
import { virtualClock } from '../../src/testing/memory/clock.ts';
import { memoryIssuer } from '../../src/testing/memory/issuer.ts';
import type { MemoryToken } from '../../src/testing/index.ts';
import { seededRandom } from '../../src/testing/memory/random.ts';
import { memorySink } from '../../src/testing/memory/sink.ts';
import { memoryStore } from '../../src/testing/memory/store.ts';
import { names } from '../runner/world.ts';

const HOUR = 3_600_000;
const folder = new URL('kept/', import.meta.url);

/** A ledger that version 1.0.0 wrote, with what the providers had at that moment. */
interface Kept {
  readonly now: number;
  readonly ledger: readonly string[];
  readonly tokens: readonly MemoryToken[];
  readonly sinks: readonly { readonly id: string; readonly values: Record<string, string> }[];
}

function worldOf(file: string) {
  const kept = JSON.parse(readFileSync(new URL(file, folder), 'utf8')) as Kept;
  const clock = virtualClock(kept.now);
  const issuer = memoryIssuer({ clock });
  for (const token of kept.tokens) issuer.seed(token);
  const sinks = kept.sinks.map(({ id, values }) => {
    const sink = memorySink({ id, clock, supports: { readBack: 'stamp', atomic: false } });
    for (const [name, value] of Object.entries(values)) sink.write(name, value);
    return { ...sink, server: 'https://one.test', sink };
  });
  const store = memoryStore({ clock });
  store.ledgers.set('ci', [...kept.ledger]);
  const random = seededRandom(11);
  const run = (changes: Partial<RotationRequest> = {}): Promise<RotationReport> =>
    rotate(
      {
        name: 'ci',
        issuer: { ...issuer, server: 'https://issuer.test' },
        sinks,
        layout: { kind: 'pair', names },
        policy: { maxAge: 90 * 24 * HOUR, grace: HOUR, settle: 120_000 },
        permissions: 'copy',
        ...changes,
      },
      { store, clock, random, owner: 'test', signal: new AbortController().signal },
    );
  const jobs = (): (string | undefined)[] =>
    sinks.map(({ sink }) => {
      const token = issuer.use(sink.values.get(names.token) ?? '');
      return token?.id === sink.values.get(names.id) ? token?.id : undefined;
    });
  const live = (): string[] =>
    issuer.tokens
      .filter(({ revokedAt, label }) => revokedAt === undefined && label !== 'stranger')
      .map(({ id }) => id);
  return { clock, store, run, jobs, live };
}

describe('a ledger of version 1.0.0', () => {
  it.each(readdirSync(folder).map((file) => [file.replace('.json', '')] as const))(
    'that was left %s is read, gone on with and upgraded',
    async (name) => {
      const { clock, store, run, jobs, live } = worldOf(`${name}.json`);
      await run();
      expect(jobs().every((job) => job === undefined)).toBe(false);
      await clock.advance(HOUR + 120_000);
      await run();
      await clock.advance(HOUR + 120_000);
      const { current } = await run();
      expect(jobs()).toEqual([current?.id, current?.id]);
      expect(live()).toEqual([current?.id]);
      const { issuer, sinks } = await readState(store, 'ci');
      expect(issuer).toEqual({ id: 'memory:acme', server: 'https://issuer.test' });
      for (const { place } of sinks.values()) expect(place?.server).toBe('https://one.test');
      expect(
        (await run({ issuer: { ...memoryIssuer({ clock }), id: 'memory:other' } })).error,
      ).toMatchObject({
        code: 'CONFIG_INVALID',
      });
    },
  );
});
