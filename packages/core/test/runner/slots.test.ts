import { describe, expect, it } from 'vitest';

import {
  defineSink,
  slotName,
  type AdapterContext,
  type Layout,
  type RotationReport,
  type RotationRuntime,
  type SinkBackend,
} from '../../src/index.ts';
import type { MemorySink } from '../../src/testing/memory/sink.ts';
import { liveOf, SLOT, slotted } from './slotted.ts';
import { makeWorld, names, type World } from './world.ts';

const layout: Layout = { kind: 'slots', names, slot: SLOT };
const SECOND = 1000;
const policy = { maxAge: 90 * 24 * 3600 * SECOND, grace: SECOND, settle: 120 * SECOND };

function slotWorld(): World & {
  rotate(force?: boolean, observe?: RotationRuntime['observe']): Promise<RotationReport>;
  /** The token that a job gets that starts now. */
  job(): string | undefined;
} {
  const world = makeWorld(['memory:a']);
  const [sink] = world.sinks as [MemorySink];
  return Object.assign(world, {
    rotate: (force = true, observe?: RotationRuntime['observe']) =>
      world.run(
        { layout, sinks: [slotted(sink)], replaces: world.old, force, policy },
        undefined,
        observe === undefined ? {} : { observe },
      ),
    job: () => {
      const read = (name: string): string => sink.values.get(slotName(name, liveOf(sink))) ?? '';
      const token = world.issuer.use(read(names.token));
      return token !== undefined && token.id === read(names.id) ? token.id : undefined;
    },
  });
}

describe('the layout slots', () => {
  it('is refused before anything is created, where a sink does not know it', async () => {
    const world = makeWorld(['memory:a']);
    const report = await world.run({ layout, replaces: world.old });
    expect(report).toMatchObject({
      outcome: 'failed',
      error: { code: 'CONFIG_INVALID', effect: 'none' },
      sinks: [{ id: 'memory:a', status: 'failed' }],
    });
    expect(report.error?.hint).toContain('layout joined or file:');
    expect(world.calls.map(({ method }) => method)).not.toContain('issue');
  });

  it('is refused under other names with the same variable: whoever reads the old names would read a revoked token', async () => {
    const world = slotWorld();
    await world.rotate();
    await world.clock.advance(2 * SECOND);
    await world.rotate();
    await world.clock.advance(2 * SECOND);
    const [sink] = world.sinks as [MemorySink];
    const others = { id: 'OTHER_ID', token: 'OTHER' };
    const run = (slot: string): Promise<RotationReport> =>
      world.run({
        layout: { kind: 'slots', names: others, slot },
        sinks: [slotted(sink)],
        force: true,
        policy,
      });
    const job = world.job();
    const report = await run(SLOT);
    expect(report).toMatchObject({ outcome: 'failed', error: { code: 'CONFIG_INVALID' } });
    expect(report.error?.message).toContain(SLOT);
    expect(world.job()).toBe(job);
    const split = await world.run({
      layout: { kind: 'slots', names, slot: 'OTHER_SLOT' },
      sinks: [slotted(sink)],
      force: true,
      policy,
    });
    expect(split.error?.code).toBe('CONFIG_INVALID');
    expect(world.job()).toBe(job);
    expect((await run('OTHER_SLOT')).error).toBeUndefined();
    expect(world.job()).toBe(job);
  });

  it('is read whole at every request, once it was delivered', async () => {
    const world = slotWorld();
    await world.rotate();
    const torn: string[] = [];
    world.fault = ({ method }) => {
      if (world.job() === undefined) torn.push(method);
      return 'ok';
    };
    for (const slot of ['B', 'A', 'B']) {
      await world.clock.advance(2 * SECOND);
      const { current } = await world.rotate();
      expect(world.sinks[0]?.values.get(SLOT)).toBe(slot);
      expect(world.job()).toBe(current?.id);
    }
    expect(torn).toEqual([]);
  });

  it.each([
    ['flip', SLOT, 4],
    ['write', slotName(names.token, 'B'), 3],
  ])('sends nothing of another token while a lost %s may still land', async (_, lost, runs) => {
    const world = slotWorld();
    await world.rotate();
    await world.clock.advance(2 * SECOND);
    let late = 3;
    const torn: string[] = [];
    world.fault = ({ method, about }) => {
      if (world.job() === undefined) torn.push(`${method} ${about}`);
      return method === 'deliver' && about === lost && late-- > 0 ? { late: 60 * SECOND } : 'ok';
    };
    expect((await world.rotate()).outcome).toBe('incomplete');
    for (let count = 0; count < runs; count++) {
      await world.rotate();
      await world.clock.advance(2 * SECOND);
      expect(world.job()).toBeDefined();
    }
    await world.rotate(false);
    await world.clock.advance(120 * SECOND);
    expect(world.job()).toBeDefined();
    expect(torn).toEqual([]);
  });
});

describe('a new token for a sink in slots', () => {
  it.each([
    ['waits until one before it cannot land any more', 119 * SECOND, 1],
    ['does not wait once that is so', 120 * SECOND, 0],
  ])('%s', async (_, age, count) => {
    const world = slotWorld();
    await world.rotate();
    world.fault = ({ method }) => (method === 'deliver' ? { late: Infinity } : 'ok');
    await world.rotate();
    world.fault = () => 'ok';
    // From here on no run has it in hand.
    await world.run({ layout, sinks: world.sinks.map(slotted), policy, abort: true });
    const aborted = world.store.records('ci').findLast(({ event }) => event.type === 'aborted');
    await world.clock.advance(Date.parse(aborted?.at ?? '') + age - world.clock.now());
    const waits: string[] = [];
    await world.rotate(true, (seen) => {
      if (seen.type === 'step' && seen.step.type === 'wait') waits.push(seen.step.for);
    });
    expect(waits).toEqual(Array.from({ length: count }, () => 'settle'));
  });
});

describe('a sink in slots', () => {
  it('checks the names that are written, and the name of the variable', async () => {
    const backend = {
      id: 'x:y',
      supports: { readBack: 'none', atomic: true, remove: false },
      limits: { name: /^[A-Z_]{1,9}$/ },
      check: () => Promise.resolve({ warnings: [] }),
      deliver: () => Promise.resolve({ at: '' }),
      confirm: () => Promise.resolve('unreadable'),
    } as const satisfies SinkBackend;
    const adapter = defineSink({
      kind: 'x',
      options: { '~standard': { version: 1, vendor: 'x', validate: () => ({ value: {} }) } },
      env: [],
      parseTarget: () => ({}),
      connect: () => ({ ...backend, slots: () => backend }),
    });
    const sink = await adapter.open('x:y', {} as AdapterContext);
    const call = { signal: new AbortController().signal };
    const check = (variable: string, name: string): unknown =>
      sink.slots?.(variable).check([name], call);
    await expect(check('SLOT', 'ABCDEFG')).resolves.toEqual({ warnings: [] });
    await expect(check('SLOT', 'ABCDEFGH')).rejects.toMatchObject({ code: 'NAME_INVALID' });
    await expect(check('slot', 'ABCDEFG')).rejects.toMatchObject({ code: 'NAME_INVALID' });
  });
});
