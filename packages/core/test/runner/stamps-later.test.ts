import { describe, expect, it } from 'vitest';

import type { SecretSink, Stamps } from '../../src/index.ts';
import type { Fault } from '../../src/testing/index.ts';
import { readState } from '../../src/unstable.ts';
import { makeWorld, names, type World } from './world.ts';

function later(ids: readonly string[] = ['memory:a']): World {
  return makeWorld(ids, 'stamp', {}, true);
}

/** Rotates, a while after the sinks were written by hand. */
async function rotated(world: World): Promise<readonly string[]> {
  await world.clock.advance(5000);
  await world.run({ replaces: world.old });
  await world.clock.advance(5000);
  return world.store.records('ci').map(({ event }) => event.type);
}

const receipt = async (world: World) =>
  (await readState(world.store, 'ci', { signal: new AbortController().signal })).sinks.get(
    'memory:a',
  )?.receipt;

describe('stamps that a platform shows only to a read', () => {
  it('are read while the run goes on', async () => {
    const world = later();
    let shown = (): void => {};
    const ended = new Promise<void>((resolve) => (shown = resolve));
    world.fault = async ({ method }): Promise<Fault> => {
      if (method === 'revoke') shown();
      // It is answered only once the old token has ended.
      if (method === 'stamps') await ended;
      return 'ok';
    };
    const events = await rotated(world);
    expect(events.indexOf('stamped')).toBeGreaterThan(events.indexOf('revoking'));
    expect(Object.keys((await receipt(world))?.stamps ?? {})).toEqual([names.id, names.token]);
  });

  it('are waited for by a run that has nothing else to do', async () => {
    const world = later();
    world.fault = async ({ method }): Promise<Fault> => {
      if (method === 'stamps')
        for (let turn = 0; turn < 500; turn++) await new Promise(setImmediate);
      return 'ok';
    };
    expect(await rotated(world)).toContain('stamped');
  });

  it('prove later that nobody has written since', async () => {
    const world = later();
    await rotated(world);
    expect(await world.run({ drift: 'report' })).toMatchObject({ drifted: [] });
    world.sinks[0]?.write(names.token, 'x');
    expect(await world.run({ drift: 'report' })).toMatchObject({ drifted: ['memory:a'] });
  });

  it('may fail to be read: then a look proves nothing', async () => {
    const world = later();
    world.fault = ({ method }) => (method === 'stamps' ? { fail: 'before' } : 'ok');
    const events = await rotated(world);
    expect(events).not.toContain('stamped');
    expect(world.live()).toEqual(world.jobs());
    expect(await receipt(world)).not.toHaveProperty('stamps');
    world.sinks[0]?.write(names.token, 'x');
    expect(await world.run({ drift: 'report' })).toMatchObject({ outcome: 'current', drifted: [] });
  });

  it('are known before their sink is looked at again', async () => {
    const world = later();
    world.fault = ({ method }) => (method === 'deliver' ? { late: Infinity } : 'ok');
    await rotated(world);
    let open = 0;
    const whileOpen: string[] = [];
    world.fault = async ({ method, adapter }): Promise<Fault> => {
      if (method === 'stamps') {
        open++;
        for (let turn = 0; turn < 2000; turn++) await new Promise(setImmediate);
        open--;
      } else if (open > 0 && adapter === 'memory:a') whileOpen.push(method);
      return 'ok';
    };
    // What the first run has sent may still land, and has to be settled.
    await world.run();
    expect(world.calls.map(({ method }) => method)).toContain('confirm');
    expect(whileOpen).toEqual([]);
    expect(world.live()).toEqual(world.jobs());
  });

  it('are not those of the write before', async () => {
    const world = later();
    await rotated(world);
    const before = (await receipt(world))?.stamps ?? {};
    const [sink] = world.sinks as unknown as readonly [SecretSink];
    const stale: SecretSink = {
      ...sink,
      deliver: async (entries, o) => {
        const { stamps: _, ...others } = await sink.deliver(entries, { signal: o.signal });
        o.later?.(Promise.resolve({ ...before, more: '1' } as Stamps));
        return others;
      },
    };
    await world.run({ force: true, sinks: [stale] });
    expect((await receipt(world))?.stamps).toEqual({ more: '1' });
  });

  it('of a delivery that failed after all are not waited for', async () => {
    const world = later();
    const [sink] = world.sinks as unknown as readonly [SecretSink];
    const failing: SecretSink = {
      ...sink,
      deliver: async (entries, o) => {
        o.later?.(Promise.reject(new Error('nobody reads this')));
        return sink.deliver(entries, { signal: o.signal });
      },
    };
    world.fault = ({ method }) => (method === 'deliver' ? { fail: 'before' } : 'ok');
    const report = await world.run({ replaces: world.old, sinks: [failing] });
    expect(report).toMatchObject({ outcome: 'incomplete', error: { code: 'NETWORK_FAILED' } });
  });
});
