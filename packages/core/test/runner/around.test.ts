import { describe, expect, it } from 'vitest';

import type { Neighbour, RotationRequest, SecretSink } from '../../src/index.ts';
import { makeWorld, names, type World } from './world.ts';

/** The world's sinks, with these things near the names of each. */
function withNear(world: World, ...near: readonly (readonly Neighbour[])[]): SecretSink[] {
  return world.sinks.map((sink, nth): SecretSink => ({
    ...sink,
    neighbours: async () => near[nth] ?? [],
  }));
}

const looked = (world: World): string[] =>
  world.calls.filter(({ method }) => method === 'neighbours').map(({ adapter }) => adapter);

async function empty(world: World, nth: number, ...removed: string[]): Promise<void> {
  const all = removed.length === 0 ? Object.values(names) : removed;
  await world.sinks[nth]?.remove?.(all, { signal: new AbortController().signal });
}

describe('to look around a sink', () => {
  it.each<[string, string[], number[], Partial<RotationRequest>]>([
    [
      'is needed if it has all of the names: so may another scope',
      ['memory:a', 'memory:b'],
      [],
      {},
    ],
    ['is needed if another has all of the names', ['memory:a', 'memory:b'], [1], {}],
    ['is needed if none has any of the names', ['memory:a', 'memory:b'], [0, 1], {}],
    ['is not needed if the user vouches for it', [], [0, 1], { allowMissingNames: true }],
    ['is not needed of one that has the names, either', [], [1], { allowMissingNames: true }],
  ])('%s', async (_, expected, without, changes) => {
    const world = makeWorld();
    for (const nth of without) await empty(world, nth);
    const report = await world.run({ replaces: world.old, ...changes });
    expect(report.error).toBeUndefined();
    expect(looked(world)).toEqual(expected);
  });

  it('is not needed if no token is named', async () => {
    const world = makeWorld(['memory:a'], 'value');
    await world.run({ permissions: [] });
    expect(looked(world)).toEqual([]);
  });

  it('is needed if it has half of the names', async () => {
    const world = makeWorld();
    await empty(world, 1, names.id);
    await world.run({ replaces: world.old, allowMissingNames: true });
    expect(looked(world)).toEqual(['memory:b']);
  });

  it('is not needed once keyturn has written there, as opposed to a sink that is new', async () => {
    const world = makeWorld(['memory:a', 'memory:b'], 'value');
    const sinks = world.sinks.map((sink): SecretSink => ({
      ...sink,
      check: (wanted, { signal }) => sink.check(wanted, { signal }),
    }));
    world.fault = ({ method }) => (method === 'deliver' ? { fail: 'before' } : 'ok');
    await world.run({ replaces: world.old, sinks: sinks.slice(0, 1) });
    world.fault = () => 'ok';
    world.calls.length = 0;
    await world.run({ force: true, sinks });
    expect(looked(world)).toEqual(['memory:b']);
  });

  it('is not needed if keyturn made the token in use', async () => {
    const world = makeWorld(['memory:a', 'memory:b'], 'value');
    const [a] = world.sinks;
    await world.run({ replaces: world.old, sinks: a === undefined ? [] : [a] });
    await empty(world, 1, names.id);
    world.calls.length = 0;
    const report = await world.run();
    expect(report).toMatchObject({ outcome: 'rotated', warnings: [] });
    expect(looked(world)).toEqual([]);
  });

  it('is done for twenty sinks at most, and for so many at the same time as the run allows', async () => {
    const ids = Array.from({ length: 21 }, (_, nth) => `memory:${nth}`);
    const world = makeWorld(ids, 'value');
    let [now, most, count] = [0, 0, 0];
    const sinks = world.sinks.map((sink): SecretSink => ({
      ...sink,
      neighbours: async () => {
        count++;
        most = Math.max(most, ++now);
        for (let turn = 0; turn < 50; turn++) await Promise.resolve();
        now--;
        return [];
      },
    }));
    const plan = { replaces: world.old, sinks, dryRun: true };
    await world.run(plan, undefined, { concurrency: 3 });
    expect([most, count]).toEqual([3, 20]);
  });

  it('ends with the run, also with one that is given up', async () => {
    const world = makeWorld(['memory:a'], 'value');
    const issuer = { ...world.issuer, managing: () => ['all_tokens'] };
    let underWay = 0;
    const sinks = world.sinks.map((sink): SecretSink => ({
      ...sink,
      neighbours: async () => {
        underWay++;
        for (let turns = 0; turns < 200; turns++)
          await new Promise((resolve) => {
            setImmediate(resolve);
          });
        underWay--;
        return [];
      },
    }));
    const report = await world.run({ replaces: world.old, sinks, issuer });
    expect(report).toMatchObject({ outcome: 'failed' });
    expect(underWay).toBe(0);
  });
});

describe('what is near a sink', () => {
  const kept = (world: World, what: string): string =>
    `memory:a: ${what} seems to contain ${world.old}; it is kept until you confirm that no job reads it: keyturn rotate ci --allow missing-names`;

  it('is told once if a job reads the same name there and the token shows', async () => {
    const world = makeWorld(['memory:a'], 'value');
    const sinks = withNear(world, [{ name: names.token, scope: 'scope p', shows: 'yes' }]);
    const { warnings } = await world.run({ replaces: world.old, sinks });
    expect(warnings).toEqual([kept(world, `${names.token} (scope p)`)]);
  });

  it('is no concern if it is another sink of the rotation', async () => {
    const world = makeWorld(['memory:a', 'memory:b'], 'value');
    const near = { scope: 'scope p', target: 'memory:b', shows: 'yes' } as const;
    const same = withNear(world, [{ name: names.token, ...near }], []);
    expect(await world.run({ replaces: world.old, sinks: same })).toMatchObject({
      outcome: 'rotated',
      revoked: [world.old],
      warnings: [],
    });
  });

  it.each<[string, Neighbour]>([
    ['under another name there', { name: 'X', scope: 's', target: 'memory:b', shows: 'yes' }],
    ['elsewhere', { name: names.token, scope: 's', target: 'memory:c', shows: 'yes' }],
  ])('is one if the token is %s', async (_, near) => {
    const world = makeWorld(['memory:a', 'memory:b'], 'value');
    const sinks = withNear(world, [near], []);
    const report = await world.run({ replaces: world.old, sinks });
    expect(report.warnings).toEqual([kept(world, `${near.name} (s)`)]);
    expect(report.kept).toMatchObject([{ id: world.old, reason: 'unseen' }]);
  });

  it('is not told if the user vouches for it, where none of the names exists', async () => {
    const world = makeWorld(['memory:a']);
    await empty(world, 0);
    const report = await world.run({ replaces: world.old, allowMissingNames: true });
    expect(report).toMatchObject({ outcome: 'rotated', revoked: [world.old], warnings: [] });
  });
});
