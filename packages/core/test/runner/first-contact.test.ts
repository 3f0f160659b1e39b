import { describe, expect, it } from 'vitest';

import type { Neighbour, SecretSink } from '../../src/index.ts';
import type { MemorySink } from '../../src/testing/memory/sink.ts';
import { makeWorld, names, type World } from './world.ts';

const HOUR = 3_600_000;

/** A sink that tells what is near its names, as platforms that can be listed do. */
function telling(sink: MemorySink, near: readonly Neighbour[] = []): SecretSink {
  return {
    ...sink,
    neighbours: async ({ names: own, token }) => [
      ...[...sink.values]
        .filter(([name]) => !own.includes(name))
        .map(([name, value]) => ({ name, ...(value === token && { shows: 'yes' as const }) })),
      ...near,
    ],
  };
}

const emptied = async (world: World, keep: readonly string[] = []): Promise<void> => {
  for (const sink of world.sinks)
    await sink.remove?.(
      [...sink.values.keys()].filter((name) => !keep.includes(name)),
      { signal: new AbortController().signal },
    );
};

describe('a sink that has some of the names', () => {
  it('is refused before anything is created, and names that fit are proposed', async () => {
    const world = makeWorld(['memory:0'], 'stamp');
    const [sink] = world.sinks as [MemorySink];
    const old = world.issuer.tokens.find(({ id }) => id === world.old);
    await emptied(world);
    sink.write('TOKEN_NAME', world.old);
    sink.write(names.token, old?.secret ?? '');
    for (const request of [{ replaces: world.old }, {}, { replaces: world.old, dryRun: true }]) {
      const report = await world.run({
        sinks: [telling(sink)],
        permissions: ['shop/read_branch'],
        spellings: [{ kind: 'pair', names: { id: 'TOKEN_NAME', token: names.token } }],
        ...request,
      });
      expect(report).toMatchObject({ outcome: 'failed', error: { code: 'CONFIG_INVALID' } });
      expect(report.error?.message).toMatch(/has TOKEN, but not TOKEN_ID/);
      expect(report.error?.hint).toContain('names: { id: TOKEN_NAME, token: TOKEN }');
    }
    expect(world.live()).toEqual([world.old]);
    expect(sink.values.get(names.token)).toBe(old?.secret);
  });

  it('is no trouble once keyturn wrote there: the other half is put back', async () => {
    const world = makeWorld(['memory:0'], 'stamp');
    await world.run({ replaces: world.old });
    await emptied(world, [names.token]);
    expect(await world.run({ force: true })).toMatchObject({ outcome: 'rotated' });
  });
});

describe('sinks none of which has the names', () => {
  it('are delivered to, and the token in use is kept until the user vouches for it', async () => {
    const world = makeWorld(['memory:0'], 'stamp');
    await emptied(world);
    world.sinks[0]?.write('SOMETHING', 'else');
    const sinks = [telling(world.sinks[0] as MemorySink)];
    const report = await world.run({ replaces: world.old, sinks });
    expect(report).toMatchObject({
      kept: [{ id: world.old, reason: 'unseen', sinks: ['memory:0#elsewhere'] }],
    });
    expect(report.warnings.join()).toContain('--allow missing-names');
    await world.run({ sinks, force: true });
    expect(world.live()).toContain(world.old);
    const vouched = await world.run({ sinks, allowMissingNames: true });
    expect(vouched.revoked).toEqual([world.old]);
  });

  it('let it go at once if the user vouches for it before', async () => {
    const world = makeWorld(['memory:0'], 'stamp');
    await emptied(world);
    const report = await world.run({ replaces: world.old, allowMissingNames: true });
    expect(report.revoked).toEqual([world.old]);
  });

  it('let it go if nothing at all is there', async () => {
    const world = makeWorld(['memory:0'], 'stamp');
    await emptied(world);
    const sinks = [telling(world.sinks[0] as MemorySink)];
    expect((await world.run({ replaces: world.old, sinks })).revoked).toEqual([world.old]);
  });
});

describe('a token that shows under other names', () => {
  it('is kept, though the names of the rotation are there too', async () => {
    const world = makeWorld(['memory:0'], 'value');
    const [sink] = world.sinks as [MemorySink];
    sink.write('ELSEWHERE_ID', world.old);
    const report = await world.run({ replaces: world.old, sinks: [telling(sink)] });
    expect(report.kept).toMatchObject([{ id: world.old, reason: 'unseen' }]);
    expect(report.warnings.join()).toContain('ELSEWHERE_ID seems to contain');
    expect(await world.run({ sinks: [telling(sink)], force: true })).toMatchObject({
      kept: [{ id: world.old, reason: 'unseen' }],
    });
  });

  it('in another scope is kept; the same names there without it are said', async () => {
    for (const readBack of ['value', 'stamp', 'none'] as const)
      for (const shows of ['yes', 'maybe', undefined] as const) {
        const world = makeWorld(['memory:0'], readBack);
        const near = [{ name: names.token, scope: 'scope production', ...(shows && { shows }) }];
        const sinks = [telling(world.sinks[0] as MemorySink, near)];
        const report = await world.run({ replaces: world.old, sinks });
        expect(report.warnings.join()).toContain('scope production');
        expect(report.kept.map(({ reason }) => reason)).toEqual(shows ? ['unseen'] : []);
      }
  });

  it('was adopted before: it is kept all the same', async () => {
    const world = makeWorld(['memory:0'], 'value');
    const [sink] = world.sinks as [MemorySink];
    sink.write('ELSEWHERE_ID', world.old);
    world.fault = ({ method }) => (method === 'issue' ? { fail: 'before' } : 'ok');
    await world.run({ replaces: world.old, sinks: [telling(sink)] });
    world.fault = () => 'ok';
    const report = await world.run({ sinks: [telling(sink)], force: true });
    expect(report.kept).toMatchObject([{ id: world.old, reason: 'unseen' }]);
  });
});

it('some sinks with the names and others without are no obstacle, and are said', async () => {
  const world = makeWorld(['memory:0', 'memory:1'], 'stamp');
  const [first, second] = world.sinks as [MemorySink, MemorySink];
  await second.remove?.(Object.values(names), { signal: new AbortController().signal });
  const sinks = [telling(first), telling(second)];
  const report = await world.run({ replaces: world.old, sinks });
  expect(report).toMatchObject({ outcome: 'rotated', revoked: [world.old] });
  expect(report.warnings.join()).toContain('memory:1: TOKEN_ID and TOKEN will be created');
});

describe('a token that is named after the first rotation', () => {
  it('is taken over, gets its grace and is revoked', async () => {
    const world = makeWorld(['memory:0'], 'stamp');
    const first = await world.run({ permissions: ['shop/read_branch'] });
    expect(first.warnings.join()).toContain('--replaces TOKEN_ID');
    const policy = { maxAge: 90 * 24 * HOUR, grace: HOUR, settle: 120_000 };
    const named = await world.run({ replaces: world.old, policy });
    expect(named).toMatchObject({ outcome: 'grace', kept: [{ id: world.old, reason: 'grace' }] });
    expect(named.current?.id).toBe(first.current?.id);
    await world.clock.advance(HOUR);
    expect(await world.run({ policy })).toMatchObject({ revoked: [world.old] });
    // The same line again, for ever.
    world.calls.length = 0;
    expect(await world.run({ replaces: world.old, policy })).toMatchObject({ outcome: 'current' });
    expect(world.calls.filter(({ adapter }) => adapter !== 'memory')).toEqual([]);
    await world.run({ force: true, policy: { ...policy, grace: 0 } });
    expect((await world.run({ replaces: world.old, policy })).outcome).toBe('current');
  });

  it('is taken over where a sink cannot tell what is near it', async () => {
    const world = makeWorld(['memory:0'], 'stamp');
    const sinks = world.sinks.map((sink): SecretSink => {
      const copy: SecretSink = { ...sink };
      delete copy.neighbours;
      return copy;
    });
    await world.run({ permissions: ['shop/read_branch'], sinks });
    expect(await world.run({ replaces: world.old, sinks })).toMatchObject({
      outcome: 'rotated',
      revoked: [world.old],
    });
  });

  it('does not exist: nothing is done, and it is said', async () => {
    const world = makeWorld(['memory:0'], 'stamp');
    await world.run({ permissions: ['shop/read_branch'] });
    const report = await world.run({ replaces: 'tkn999999' });
    expect(report).toMatchObject({ outcome: 'failed', error: { code: 'TOKEN_NOT_FOUND' } });
    expect(world.live()).toHaveLength(2);
  });

  it('is in a sink that was never written: it is kept for that', async () => {
    const world = makeWorld(['memory:0', 'memory:1'], 'stamp');
    await world.run({ permissions: ['shop/read_branch'], selected: ['memory:0'] });
    const report = await world.run({ replaces: world.old, selected: ['memory:0'] });
    expect(report.kept).toMatchObject([{ id: world.old, reason: 'held', sinks: ['memory:1'] }]);
  });
});
