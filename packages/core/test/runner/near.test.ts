import { describe, expect, it } from 'vitest';

import { KeyturnError, type Layout, type Neighbour, type SecretSink } from '../../src/index.ts';
import { emptyState, isUnseen, type RotationState, type SinkRecord } from '../../src/unstable.ts';
import { wasWritten } from '../../src/runner/run/first-contact.ts';
import { makeWorld, names, type World } from './world.ts';

const receipt = { at: '2026-11-24T00:00:00.000Z' };
const unanswered = [{ token: 't', at: '2026-11-24T00:00:00.000Z' }];

/** Sinks with nothing near, and what they were asked. */
function withQueries(world: World) {
  const queries: unknown[] = [];
  const neighbours = async (query: unknown): Promise<[]> => {
    queries.push(query);
    return [];
  };
  return { queries, sinks: world.sinks.map((sink) => ({ ...sink, neighbours })) };
}

describe('keyturn has written to a sink', () => {
  it.each<[string, boolean, Partial<SinkRecord> | undefined]>([
    ['not if it is not known', false, undefined],
    ['not if it was only named', false, {}],
    ['if something was sent', true, { sent: true }],
    ['if a write was answered', true, { receipt }],
    ['if a write may land', true, { unanswered }],
    ['not if that was in another layout', false, { receipt, unanswered, outdated: true }],
    ['if it was sent in this one since', true, { receipt, sent: true, outdated: true }],
  ])('%s', (_, expected, record) => {
    const sink = record && { id: 'a', base: ['t'], unanswered: [], ...record };
    expect(wasWritten(sink)).toBe(expected);
  });
});

/** The world's sinks, with these things near the names of each. */
function withNear(world: World, ...near: (readonly Neighbour[] | undefined)[]): SecretSink[] {
  return world.sinks.map((sink, nth) => {
    const copy: SecretSink = { ...sink };
    const found = near[nth];
    if (found === undefined) delete copy.neighbours;
    else copy.neighbours = async () => found;
    return copy;
  });
}

const remove = async (world: World, nth: number, ...removed: string[]): Promise<void> => {
  await world.sinks[nth]?.remove?.(removed, { signal: new AbortController().signal });
};
const kept = (world: World, why: string, nth = 'a') =>
  `memory:${nth}: ${why}; it is kept until you confirm that no job reads it: keyturn rotate ci --allow missing-names`;

describe('what is near the names on first contact', () => {
  it.each<[string, Neighbour[], string]>([
    ['one name', [{ name: 'X', shows: 'yes' }], 'X seems to contain TOKEN'],
    [
      'two names',
      [{ name: 'X', shows: 'yes' }, { name: 'Z' }, { name: 'Y', shows: 'maybe' }],
      'X and Y seem to contain TOKEN',
    ],
    [
      'a scope',
      [{ name: 'X', scope: 'scope p', shows: 'yes' }],
      'X (scope p) seems to contain TOKEN',
    ],
  ])('may show the token that is replaced: %s', async (_, near, why) => {
    const world = makeWorld(['memory:a', 'memory:b'], 'value');
    const report = await world.run({
      replaces: world.old,
      sinks: withNear(world, near, [{ name: 'OTHER' }]),
    });
    expect(report.warnings).toEqual([kept(world, why.replace('TOKEN', world.old))]);
    expect(report.kept).toEqual([
      { id: world.old, reason: 'unseen', sinks: ['memory:a#elsewhere'] },
    ]);
  });

  it('says nothing if the user vouches for it', async () => {
    const world = makeWorld(['memory:a'], 'value');
    const report = await world.run({
      replaces: world.old,
      sinks: withNear(world, [{ name: 'X', shows: 'yes' }]),
      allowMissingNames: true,
    });
    expect(report).toMatchObject({ outcome: 'rotated', revoked: [world.old], warnings: [] });
  });

  it('is told if a job reads the same name there, and only then', async () => {
    const world = makeWorld(['memory:a'], 'value');
    const near = [
      { name: names.token, scope: 'scope p' },
      { name: 'OTHER', scope: 'scope p' },
      { name: names.id },
    ];
    const report = await world.run({ replaces: world.old, sinks: withNear(world, near) });
    expect(report.warnings).toEqual([
      `memory:a: ${names.token} also exists for scope p and is not written there: a job that reads ${world.old} there fails once that is revoked`,
    ]);
    expect(report.revoked).toEqual([world.old]);
  });

  it('is not told of a token that nobody replaces', async () => {
    const world = makeWorld(['memory:a'], 'value');
    const near = [{ name: names.token, scope: 'scope p' }];
    const report = await world.run({
      permissions: ['shop/read_branch'],
      sinks: withNear(world, near),
    });
    expect(report.warnings).toEqual([expect.stringContaining('is unknown')]);
  });

  it('is not told of a token that does not exist', async () => {
    const world = makeWorld(['memory:a'], 'value');
    const report = await world.run({
      replaces: 'tkn999999',
      sinks: withNear(world, [{ name: 'X', shows: 'yes' }]),
      dryRun: true,
    });
    expect(report).toMatchObject({ error: { code: 'TOKEN_NOT_FOUND' }, warnings: [] });
  });

  it('is not asked for again once keyturn has written there', async () => {
    const world = makeWorld(['memory:a'], 'value');
    let asked = 0;
    const sinks = world.sinks.map((sink) => ({
      ...sink,
      neighbours: async () => {
        asked++;
        return [];
      },
    }));
    await world.run({ replaces: world.old, sinks });
    expect(asked).toBe(1);
    await world.run({ sinks, force: true });
    expect(asked).toBe(1);
  });

  it('is asked about with the names and the token', async () => {
    const world = makeWorld(['memory:a'], 'value');
    const { sinks, queries } = withQueries(world);
    await world.run({ replaces: world.old, sinks, dryRun: true });
    expect(queries).toStrictEqual([{ names: Object.values(names), token: world.old }]);
  });
});

describe('names that are nowhere', () => {
  it('may be others that jobs read, where that cannot be seen', async () => {
    for (const near of [undefined, [{ name: 'X' }]]) {
      const world = makeWorld(['memory:a'], 'value');
      await remove(world, 0, ...Object.values(names));
      const report = await world.run({ replaces: world.old, sinks: withNear(world, near) });
      const why = `none of the names exists, so jobs might read ${world.old} under other names`;
      expect(report.warnings).toEqual([kept(world, why)]);
    }
  });

  it('are new where no token is replaced', async () => {
    const world = makeWorld(['memory:a'], 'value');
    await remove(world, 0, ...Object.values(names));
    const report = await world.run({ permissions: ['shop/read_branch'] });
    expect(report.warnings).toEqual([expect.stringContaining('is unknown')]);
  });

  it('in one sink are new there', async () => {
    const world = makeWorld(['memory:a', 'memory:b'], 'value');
    await remove(world, 1, ...Object.values(names));
    const report = await world.run({
      replaces: world.old,
      sinks: withNear(world, undefined, undefined),
    });
    expect(report).toMatchObject({ outcome: 'rotated', revoked: [world.old] });
    expect(report.warnings).toEqual(['memory:b: TOKEN_ID and TOKEN will be created']);
  });
});

describe('names of which one is missing', () => {
  const several: Layout = { kind: 'pair', names: { id: ['A', names.id], token: names.token } };

  it('are refused, with what is there at the place itself', async () => {
    const world = makeWorld(['memory:a'], 'value');
    await remove(world, 0, names.id);
    const near = [{ name: 'THERE' }, { name: 'ELSEWHERE', scope: 'scope p' }];
    const report = await world.run({ replaces: world.old, sinks: withNear(world, near) });
    expect(report).toMatchObject({
      outcome: 'failed',
      error: {
        code: 'CONFIG_INVALID',
        effect: 'none',
        message: expect.stringContaining('memory:a has TOKEN, but not TOKEN_ID:'),
        hint: expect.stringContaining('(existing names: TOKEN, THERE)'),
      },
    });
  });

  it('are no trouble if the field has another one there', async () => {
    const world = makeWorld(['memory:a'], 'value');
    const sinks = withNear(world, undefined);
    const report = await world.run({ replaces: world.old, sinks, layout: several });
    expect(report).toMatchObject({ outcome: 'rotated', revoked: [world.old] });
  });

  it('are said beside those that are new in another sink', async () => {
    const world = makeWorld(['memory:a', 'memory:b'], 'value');
    await remove(world, 1, ...Object.values(names));
    const sinks = withNear(world, undefined, undefined);
    const report = await world.run({ replaces: world.old, sinks, layout: several });
    expect(report.outcome).toBe('rotated');
    expect(report.warnings).toEqual(['memory:b: A and TOKEN_ID and TOKEN will be created']);
  });

  it('are looked for without a token where none is replaced', async () => {
    const world = makeWorld(['memory:a'], 'value');
    await remove(world, 0, names.id);
    const { sinks, queries } = withQueries(world);
    const { error } = await world.run({ permissions: ['shop/read_branch'], sinks });
    expect(error?.code).toBe('CONFIG_INVALID');
    expect(queries).toStrictEqual([{ names: Object.values(names) }]);
  });

  it('are written anew where keyturn wrote before', async () => {
    const world = makeWorld(['memory:a', 'memory:b'], 'value');
    world.fault = ({ method, adapter }) =>
      method === 'deliver' && adapter === 'memory:b' ? { fail: 'before' } : 'ok';
    await world.run({ replaces: world.old });
    world.fault = () => 'ok';
    await remove(world, 0, names.id);
    // Tells its names every time, though it need not once keyturn wrote there.
    const sinks = world.sinks.map((sink): SecretSink => ({
      ...sink,
      check: (wanted, o) => sink.check(wanted, { ...o, known: false }),
    }));
    const report = await world.run({ sinks, force: true });
    expect(report.outcome).toBe('rotated');
    expect(world.jobs()).toEqual([report.current?.id, report.current?.id]);
  });

  it('are refused if a field has none of several', async () => {
    const world = makeWorld(['memory:a'], 'value');
    await remove(world, 0, names.id);
    const sinks = withNear(world, undefined);
    const { error } = await world.run({ replaces: world.old, sinks, layout: several });
    expect(error?.message).toContain('has TOKEN, but not A or TOKEN_ID:');
  });
});

describe('many sinks', () => {
  const ids = Array.from({ length: 21 }, (_, nth) => `memory:${nth}`);

  it('are looked around up to a limit: of the others nothing is known, so that the token is kept', async () => {
    const world = makeWorld(ids, 'value');
    for (const nth of ids.keys()) await remove(world, nth, ...Object.values(names));
    const asked: string[] = [];
    const sinks = world.sinks.map((sink): SecretSink => ({
      ...sink,
      neighbours: async () => {
        asked.push(sink.id);
        return [];
      },
    }));
    const report = await world.run({ replaces: world.old, sinks });
    expect(asked).toHaveLength(20);
    expect(report.kept).toEqual([
      { id: world.old, reason: 'unseen', sinks: ['memory:20#elsewhere'] },
    ]);
  });

  it('are looked around first where a name is missing, to say what is there', async () => {
    const world = makeWorld(ids, 'value');
    await remove(world, 20, names.id);
    const near = ids.map((_, nth) => [{ name: `THERE_${nth}` }]);
    const report = await world.run({ replaces: world.old, sinks: withNear(world, ...near) });
    expect(report.error?.message).toContain('memory:20 has TOKEN, but not TOKEN_ID:');
    expect(report.error?.hint).toContain('(existing names: TOKEN, THERE_20)');
  });
});

describe('the word of the user that nothing is near', () => {
  it('is taken where a field has only some of its names, for what is near that sink', async () => {
    const world = makeWorld(['memory:a', 'memory:b'], 'value');
    const several: Layout = { kind: 'pair', names: { id: ['A', names.id], token: names.token } };
    const report = await world.run({
      replaces: world.old,
      sinks: withNear(world, [{ name: 'X', shows: 'yes' }]),
      layout: several,
      selected: ['memory:a'],
      allowMissingNames: true,
    });
    expect(report.kept).toEqual([{ id: world.old, reason: 'held', sinks: ['memory:b'] }]);
  });

  it('is not taken before every sink was written', async () => {
    const world = makeWorld(['memory:a', 'memory:b'], 'value');
    const sinks = withNear(world, [{ name: 'X', shows: 'yes' }], []);
    world.fault = ({ method, adapter }) =>
      method === 'deliver' && adapter === 'memory:b' ? { fail: 'before' } : 'ok';
    await world.run({ replaces: world.old, sinks });
    const places = (): string[] => {
      const events = world.store.records('ci').map(({ event }) => event);
      return events.flatMap((event) => (event.type === 'forgotten' ? [event.sink] : []));
    };
    await world.run({ sinks, allowMissingNames: true });
    expect(places()).toEqual([]);
    world.fault = () => 'ok';
    await world.run({ sinks, force: true });
    expect(places()).toEqual([]);
    expect(world.live()).toContain(world.old);
    await world.run({ sinks, allowMissingNames: true });
    expect(places()).toEqual(['memory:a#elsewhere']);
    expect(world.live()).not.toContain(world.old);
  });

  it('records nothing if nothing is kept for it', async () => {
    const world = makeWorld(['memory:a'], 'value');
    await world.run({ replaces: world.old });
    world.calls.length = 0;
    await world.run({ allowMissingNames: true });
    expect(world.calls.map(({ method }) => method)).not.toContain('append');
  });
});

it('a token is unseen if only such names may hold it', () => {
  const at = (...ids: string[]): RotationState => ({
    ...emptyState,
    sinks: new Map(ids.map((id) => [id, { id, base: ['t'], unanswered: [] }])),
  });
  expect([
    isUnseen(at(), 't'),
    isUnseen(at('a#elsewhere'), 't'),
    isUnseen(at('a#elsewhere', 'a'), 't'),
  ]).toEqual([false, true, false]);
});

describe('where all names are there, what is near them', () => {
  const finds = (look: () => Promise<readonly Neighbour[]>) => (world: World) =>
    world.sinks.map((sink): SecretSink => ({ ...sink, neighbours: look }));

  it('is read beside the request for a token, and known before the first write', async () => {
    const world = makeWorld(['memory:a'], 'value');
    let answer: ((near: readonly Neighbour[]) => void) | undefined;
    const asked = new Promise<readonly Neighbour[]>((resolve) => (answer = resolve));
    world.fault = ({ method }) => {
      if (method === 'issue') answer?.([{ name: 'X', shows: 'yes' }]);
      return 'ok';
    };
    const report = await world.run({ replaces: world.old, sinks: finds(() => asked)(world) });
    expect(report.kept).toMatchObject([{ id: world.old, reason: 'unseen' }]);
  });

  it('keeps the token if it cannot be read, and stops nothing', async () => {
    const world = makeWorld(['memory:a'], 'value');
    const sinks = finds(() => Promise.reject(new KeyturnError('REMOTE_FAILED', 'no answer')))(
      world,
    );
    const report = await world.run({ replaces: world.old, sinks });
    expect(report).toMatchObject({
      outcome: 'rotated',
      revoked: [],
      kept: [{ id: world.old, reason: 'unseen', sinks: ['memory:a#elsewhere'] }],
    });
    expect(report.warnings).toEqual([
      kept(
        world,
        `what else jobs read there could not be listed, so it might contain ${world.old}`,
      ),
    ]);
  });

  it('is only counted where the sink told which names it has', async () => {
    const world = makeWorld(['memory:a', 'memory:b'], 'value');
    const sinks = world.sinks.map((sink, nth): SecretSink =>
      nth === 0
        ? sink
        : {
            ...sink,
            check: async (wanted, o) => {
              const { present: _, ...report } = await sink.check(wanted, o);
              return report;
            },
            neighbours: () => Promise.reject(new KeyturnError('REMOTE_FAILED', 'no answer')),
          },
    );
    const report = await world.run({ replaces: world.old, sinks });
    expect(report).toMatchObject({ outcome: 'rotated', revoked: [world.old], warnings: [] });
  });

  it('is a bug of the sink if anything else is thrown: that is told, not taken for no answer', async () => {
    const world = makeWorld(['memory:a'], 'value');
    const sinks = finds(() => Promise.reject(new TypeError('a bug')))(world);
    const planned = world.run({ replaces: world.old, sinks, dryRun: true });
    await expect(planned).rejects.toThrow('a bug');
  });

  it('is looked at again if the run ended before the first write', async () => {
    const world = makeWorld(['memory:a'], 'value');
    const sinks = finds(async () => [{ name: 'X', shows: 'yes' }])(world);
    world.fault = ({ method }) => (method === 'issue' ? { fail: 'before' } : 'ok');
    await world.run({ replaces: world.old, sinks });
    world.fault = () => 'ok';
    const report = await world.run({ sinks, force: true });
    expect(report.kept).toMatchObject([{ id: world.old, reason: 'unseen' }]);
  });

  it('is waited for by a run that ends without a write', async () => {
    const world = makeWorld(['memory:a'], 'value');
    let isOver = false;
    const sinks = finds(async () => {
      for (let turn = 0; turn < 500; turn++) await new Promise(setImmediate);
      isOver = true;
      return [];
    })(world);
    world.fault = ({ method }) => (method === 'issue' ? { fail: 'before' } : 'ok');
    await world.run({ replaces: world.old, sinks });
    expect(isOver).toBe(true);
  });

  it('is told by a plan, which says when its checks had ended before', async () => {
    const world = makeWorld(['memory:a'], 'value');
    let read = 0;
    const sinks = finds(async () => {
      await world.clock.sleep(1000);
      read = world.clock.now();
      return [{ name: 'X', shows: 'yes' }];
    })(world);
    const cost = { inRow: 1, inAll: 1 };
    const issuer = {
      ...world.issuer,
      cost: () => ({ issue: cost, grant: cost, verify: cost, revoke: cost }),
    };
    const plan = {
      replaces: world.old,
      issuer,
      sinks: sinks.map((sink) => ({ ...sink, cost: () => cost })),
      dryRun: true,
    };
    const { warnings, ahead } = await world.run(plan);
    expect(warnings).toEqual([kept(world, `X seems to contain ${world.old}`)]);
    expect(ahead?.from).toBeLessThan(read);
  });

  it('is among the places that a plan to revoke first would cut off', async () => {
    const world = makeWorld(['memory:a'], 'value');
    const sinks = withNear(world, [{ name: 'X', shows: 'yes' }]);
    const plan = { replaces: world.old, sinks, dryRun: true, breakGlass: 'revoke-first' } as const;
    expect((await world.run(plan)).warnings.join()).toContain('memory:a, memory:a#elsewhere');
  });
});
