import { describe, expect, it } from 'vitest';

import { type CallOptions, inherit, KeyturnError, type SecretSink } from '../../src/index.ts';
import type { RotationEvent } from '../../src/ledger/index.ts';
import { identityOf } from '../../src/unstable.ts';
import { memorySink, type MemorySink } from '../../src/testing/memory/sink.ts';
import { makeWorld, names, type World } from './world.ts';

const HOUR = 3_600_000;
const denied = new KeyturnError('PERMISSION_DENIED', 'no', { effect: 'none' });
const reporting = { drift: 'report' } as const;
const looks = (world: World): RotationEvent[] =>
  world.store
    .records('ci')
    .map(({ event }) => event)
    .filter(({ type }) => type === 'looked' || type === 'missed');

/** What is going on gets on. */
const turn = (): Promise<void> =>
  new Promise((resolve) => {
    setImmediate(resolve);
  });

async function rotated(
  readBack: 'value' | 'stamp' | 'none' = 'value',
  ids: readonly string[] = ['memory:a'],
): Promise<World> {
  const world = makeWorld(ids, readBack);
  await world.clock.advance(5000);
  await world.run({ replaces: world.old });
  await world.clock.advance(5000);
  return world;
}

describe('a look', () => {
  it('records what changed, each change once', async () => {
    const world = await rotated();
    const token = world.issuer.tokens.at(-1);
    const written = world.sinks[0]?.values.get(names.token) ?? '';
    await world.run(reporting);
    expect(looks(world)).toEqual([]);
    if (token !== undefined) token.revokedAt = '2026-01-01T00:00:00.000Z';
    world.sinks[0]?.write(names.token, 'x');
    for (let run = 0; run < 2; run++) await world.run(reporting);
    const changed = [
      { type: 'missed', token: token?.id, missing: true },
      { type: 'looked', sink: 'memory:a', shows: 'different' },
    ];
    expect(looks(world)).toEqual(expect.arrayContaining(changed));
    expect(looks(world)).toHaveLength(2);
    if (token !== undefined) delete token.revokedAt;
    world.sinks[0]?.write(names.token, written);
    for (let run = 0; run < 2; run++) await world.run(reporting);
    expect(looks(world).slice(2)).toEqual(
      expect.arrayContaining([
        { type: 'missed', token: token?.id, missing: false },
        { type: 'looked', sink: 'memory:a', shows: 'same' },
      ]),
    );
    expect(looks(world)).toHaveLength(4);
  });

  it('goes by the id that a sink shows, if it shows nothing else', async () => {
    const world = await rotated('none');
    const [current] = world.live();
    for (const [id, expected] of [
      [current, []],
      [undefined, []],
      ['other', ['memory:a']],
    ] as const) {
      const sinks = world.sinks.map((sink): SecretSink => ({
        ...sink,
        holds: async () => (id === undefined ? undefined : { id }),
      }));
      expect((await world.run({ ...reporting, sinks })).drifted).toEqual(expected);
    }
    expect(looks(world)).toEqual([{ type: 'looked', sink: 'memory:a', shows: 'different' }]);
  });

  it('that nothing shows proves nothing', async () => {
    const world = await rotated('none');
    world.sinks[0]?.write(names.token, 'x');
    expect(await world.run(reporting)).toMatchObject({ outcome: 'current', drifted: [] });
  });

  it('is not taken at a sink that has another token, or where something may land', async () => {
    const world = await rotated('stamp', ['memory:a', 'memory:b']);
    const policy = { maxAge: 1e12, grace: HOUR, settle: 120_000 };
    world.fault = ({ method, adapter }) =>
      method === 'deliver' && adapter === 'memory:a' ? { late: Infinity } : 'ok';
    await world.run({ force: true, policy });
    world.fault = () => 'ok';
    await world.run({ policy, force: true, selected: ['memory:a'] });
    world.calls.length = 0;
    await world.run({ policy, ...reporting, selected: ['memory:a'] });
    const asked = world.calls.filter(
      ({ method, adapter }) => method === 'confirm' && adapter !== 'memory',
    );
    expect(asked).toEqual([]);
  });

  it('that finds nothing new writes nothing', async () => {
    const world = await rotated();
    world.calls.length = 0;
    await world.run(reporting);
    const methods = world.calls.map(({ method }) => method);
    expect(methods).toContain('get');
    expect(methods).not.toContain('append');
  });

  it('waits for the issuer, however long it takes', async () => {
    const world = await rotated();
    const token = world.issuer.tokens.at(-1);
    if (token !== undefined) token.revokedAt = '2026-01-01T00:00:00.000Z';
    world.fault = async ({ method }) => {
      const turns = method === 'get' ? 50 : 0;
      for (let taken = 0; taken < turns; taken++) await turn();
      return 'ok' as const;
    };
    expect(await world.run(reporting)).toMatchObject({ drifted: ['token'] });
  });

  it('goes by the sinks that have the token in use, while another refuses its successor', async () => {
    const world = await rotated('value', ['memory:a', 'memory:b', 'memory:c']);
    const [a, b, c] = world.sinks as [MemorySink, MemorySink, MemorySink];
    world.fault = ({ method, adapter }) =>
      method === 'deliver' && adapter === b.id ? { fail: 'before', error: denied } : 'ok';
    await world.run({ force: true, sinks: [a, b] });
    for (const sink of [a, b, c]) sink.write(names.token, 'x');
    const report = await world.run({ ...reporting, sinks: [a, b, c] });
    expect(report).toMatchObject({ outcome: 'waiting', drifted: [b.id, c.id] });
    const joined = memorySink({ id: 'memory:d', clock: world.clock });
    const later = await world.run({ ...reporting, sinks: [a, b, joined] });
    expect(later.warnings).toEqual(report.warnings.slice(0, 1));
    expect(later).toMatchObject({ outcome: 'waiting', drifted: [b.id] });
  });

  it('is not taken for a token that was ended after a leak, while a sink refuses its successor', async () => {
    const world = await rotated();
    const [leaked = ''] = world.live();
    world.fault = ({ method }) => (method === 'deliver' ? { fail: 'before', error: denied } : 'ok');
    await world.run({ breakGlass: 'revoke-first' });
    world.calls.length = 0;
    expect(await world.run(reporting)).toMatchObject({ reason: 'leaked', drifted: [] });
    const asked = world.calls.filter(
      ({ adapter, about }) => about === leaked || adapter === 'memory:a',
    );
    expect(asked).toEqual([]);
  });

  it("that fails is said with its place, the issuer's too", async () => {
    const world = await rotated();
    world.fault = ({ method, adapter }) =>
      method === 'get' || (method === 'confirm' && adapter === 'memory:a')
        ? { fail: 'before' }
        : 'ok';
    const { warnings, outcome } = await world.run(reporting);
    expect(outcome).toBe('current');
    expect(warnings.toSorted()).toEqual([
      'memory:a: not checked for drift: memory:a: confirm was not answered',
      'memory:acme: not checked for drift: memory:acme: get was not answered',
    ]);
  });
});

describe('what drifted', () => {
  it('is told with what to do', async () => {
    const world = await rotated();
    const token = world.issuer.tokens.at(-1);
    if (token !== undefined) token.revokedAt = '2026-01-01T00:00:00.000Z';
    world.sinks[0]?.write(names.token, 'x');
    const advice = 'to replace it: keyturn rotate ci --force';
    expect((await world.run(reporting)).warnings).toEqual([
      `ci: the current token ${token?.id} was deleted at its issuer, so its permissions cannot be copied: list token.permissions; ${advice}`,
      `ci: what keyturn wrote to memory:a was overwritten by somebody else; ${advice}`,
    ]);
    const [listed] = (await world.run({ ...reporting, permissions: [] })).warnings;
    expect(listed).toBe(`ci: the current token ${token?.id} was deleted at its issuer; ${advice}`);
    expect((await world.run({ drift: 'off' })).drifted).toEqual([]);
  });
});

describe('a token that is taken over', () => {
  const policy = { maxAge: 1e12, grace: HOUR, settle: 120_000 };
  const adopted = (world: World): RotationEvent[] =>
    world.store
      .records('ci')
      .map(({ event }) => event)
      .filter(({ type }) => type === 'adopted');

  it('is held where the new one is not, and near the sinks', async () => {
    const world = makeWorld(['memory:a', 'memory:b', 'memory:c']);
    const sinks = world.sinks.map((sink, nth): SecretSink => ({
      ...sink,
      neighbours: async () => (nth === 0 ? [{ name: 'X', shows: 'yes' }] : [{ name: 'Y' }]),
    }));
    await world.run({ sinks, permissions: [], selected: ['memory:a', 'memory:b'] });
    const report = await world.run({
      sinks,
      replaces: world.old,
      policy,
      selected: ['memory:a', 'memory:b'],
    });
    expect(adopted(world)).toMatchObject([
      { token: { id: world.old }, sinks: ['memory:c', 'memory:a#elsewhere'] },
    ]);
    expect(report.kept).toMatchObject([
      { id: world.old, reason: 'held', sinks: ['memory:c', 'memory:a#elsewhere'] },
    ]);
    expect(report.warnings.join()).toContain('memory:a: X seems to contain');
    // The same command again.
    await world.run({ sinks, replaces: world.old, policy });
    expect(adopted(world)).toHaveLength(1);
  });

  it('is near no sink if the user says so', async () => {
    const world = makeWorld(['memory:a']);
    const sinks = world.sinks.map((sink): SecretSink => ({
      ...sink,
      neighbours: async () => [{ name: 'X', shows: 'yes' }],
    }));
    await world.run({ sinks, permissions: [] });
    const report = await world.run({ sinks, replaces: world.old, allowMissingNames: true });
    expect(report).toMatchObject({ revoked: [world.old], warnings: [] });
  });

  it('has to be there', async () => {
    const world = makeWorld(['memory:a']);
    await world.run({ permissions: [] });
    const report = await world.run({ replaces: 'nobody' });
    expect(report).toMatchObject({
      outcome: 'failed',
      error: {
        effect: 'none',
        message: 'memory:acme has no token nobody',
        hint: 'Name the id of a token, not its label: keyturn token list --rotation ci',
      },
    });
    expect(adopted(world)).toEqual([]);
  });

  it('is none that another rotation made', async () => {
    const world = makeWorld();
    const [a, b] = world.sinks.map((sink) => [sink]);
    const { current } = await world.run({ name: 'other', sinks: b ?? [], permissions: [] });
    await world.run({ sinks: a ?? [], permissions: [] });
    const report = await world.run({ sinks: a ?? [], replaces: current?.id ?? '' });
    expect(report.error).toMatchObject({ code: 'TOKEN_IN_USE' });
    expect(adopted(world)).toEqual([]);
    expect(world.live()).toContain(current?.id);
  });

  it('may be one that went to another name with the former tokens of this one', async () => {
    const world = makeWorld();
    const { store, clock, issuer, old } = world;
    const [a, b] = world.sinks.map((sink) => [sink]);
    const first = await world.run({ sinks: a ?? [], replaces: old, policy });
    const request = { name: 'renamed', from: 'ci', issuer: identityOf(issuer) };
    await inherit(request, { store, clock, owner: 'test' });
    const { current } = await world.run({ sinks: b ?? [], permissions: [], policy });
    const made = await world.run({ sinks: b ?? [], replaces: first.current?.id ?? '', policy });
    expect(made.error).toMatchObject({ code: 'TOKEN_IN_USE' });
    const report = await world.run({ sinks: b ?? [], replaces: old, policy });
    expect(report).toMatchObject({ current, kept: [{ id: old, reason: 'grace' }] });
  });

  it('is looked for in the ledgers of the names that the rotation had, and no others', async () => {
    const world = makeWorld(['memory:a']);
    const { clock, issuer } = world;
    await world.run({ permissions: [] });
    const request = { name: 'renamed', from: 'ci', issuer: identityOf(issuer) };
    await inherit(request, { store: world.store, clock, owner: 'test' });
    const asked: string[] = [];
    const store = readingWith(world, async (name) => void asked.push(name));
    const machine = { store };
    await world.run({ name: 'renamed', formerly: ['ci'], replaces: world.old }, undefined, machine);
    expect(asked).toEqual(['renamed', 'ci']);
  });

  it('is not looked for after an interrupt', async () => {
    const world = makeWorld(['memory:a']);
    await world.run({ permissions: [] });
    const interrupt = new AbortController();
    const store = readingWith(world, async (_, { signal }) => {
      const aborted = new Promise((resolve) => {
        signal.addEventListener('abort', resolve);
      });
      interrupt.abort();
      await aborted;
      throw new KeyturnError('INTERRUPTED', 'interrupted', { effect: 'none' });
    });
    const report = await world.run({ replaces: world.old }, interrupt.signal, { store });
    expect(report).toMatchObject({ outcome: 'failed', error: { code: 'INTERRUPTED' } });
    expect(adopted(world)).toEqual([]);
  });
});

/** The world's store, with something that is done whenever a whole ledger is read. */
function readingWith(
  { store }: World,
  reading: (name: string, options: CallOptions) => Promise<void>,
): World['store'] {
  return Object.assign(Object.create(store) as World['store'], {
    async *history(name: string, options: CallOptions) {
      await reading(name, options);
      yield* store.history(name);
    },
  });
}
