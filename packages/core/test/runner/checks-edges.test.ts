import { describe, expect, it } from 'vitest';

import { KeyturnError, type SecretSink, type TokenIssuer } from '../../src/index.ts';
import type { RotationEvent } from '../../src/ledger/index.ts';
import { makeWorld, names, once, type World } from './world.ts';

const HOUR = 3_600_000;
const grace = { maxAge: 1e12, grace: HOUR, settle: 120_000 };
const listed = ['shop/read_branch'];
const refusal = new KeyturnError('AUTH_DENIED', 'no', { effect: 'none' });
const refused = { fail: 'before', error: refusal } as const;
const eventsOf = (world: World, type: RotationEvent['type']): RotationEvent[] =>
  world.store
    .records('ci')
    .map(({ event }) => event)
    .filter((event) => event.type === type);

/** The token that the user named is in use, since no other one could be made. */
async function adopted(world: World, sinks: readonly SecretSink[] = world.sinks): Promise<void> {
  world.fault = once('issue', refused);
  await world.run({ replaces: world.old, sinks });
  world.fault = () => 'ok';
}

describe('what the issuer shows of the token that is replaced', () => {
  it('is noted before anything is done, if it is this rotation’s token', async () => {
    const world = makeWorld(['memory:a']);
    const noted: string[] = [];
    const noteShown = async (token: string): Promise<void> => void noted.push(token);
    await world.run({ replaces: world.old }, undefined, { noteShown });
    expect(noted[0]).toBe(world.old);

    const other = makeWorld(['memory:a']);
    await adopted(other);
    noted.length = 0;
    await other.run({ named: [], permissions: listed }, undefined, { noteShown });
    expect(noted).not.toContain(other.old);
  });

  it('is not compared if it cannot be asked; no sink is looked around for its sake', async () => {
    const world = makeWorld(['memory:a', 'memory:b']);
    await world.run({ replaces: world.old, sinks: world.sinks.slice(0, 1) });
    await world.sinks[1]?.remove?.(Object.values(names), { signal: new AbortController().signal });
    world.calls.length = 0;
    world.fault = once('get', { fail: 'before' });
    const report = await world.run({ force: true, permissions: listed });
    expect(report).toMatchObject({ outcome: 'rotated', warnings: [] });
    expect(world.calls.map(({ method }) => method)).not.toContain('neighbours');
  });

  it('is not needed for a sink that joined: there the names may be halved as for any token of ours', async () => {
    for (const isGone of [false, true]) {
      const world = makeWorld(['memory:a', 'memory:b']);
      const { signal } = new AbortController();
      const { current } = await world.run({
        replaces: world.old,
        sinks: world.sinks.slice(0, 1),
      });
      await world.sinks[1]?.remove?.([names.id], { signal });
      if (isGone) await world.issuer.revoke(current?.id ?? '', { signal });
      const report = await world.run({ force: true, permissions: listed });
      expect(report).toMatchObject({ outcome: 'rotated' });
    }
  });

  it('is asked for before a token is made if it is needed', async () => {
    const world = makeWorld(['memory:a']);
    world.fault = once('get', { fail: 'before' });
    const first = await world.run({ replaces: world.old, permissions: listed });
    expect(first).toMatchObject({ outcome: 'failed', error: { code: 'NETWORK_FAILED' } });
    await world.run({ replaces: world.old });
    world.fault = once('get', { fail: 'before' });
    const copied = await world.run({ force: true });
    expect(copied).toMatchObject({ outcome: 'failed', error: { code: 'NETWORK_FAILED' } });
  });

  it('is not needed if it was in use, is gone, and is named again', async () => {
    const world = makeWorld(['memory:a']);
    await adopted(world);
    const old = world.issuer.tokens.find(({ id }) => id === world.old);
    if (old !== undefined) old.revokedAt = '2030-01-01T00:00:00.000Z';
    const report = await world.run({ replaces: world.old, permissions: listed });
    expect(report).toMatchObject({ outcome: 'rotated' });
  });

  it('is not made up by what the issuer gives at first', async () => {
    const world = makeWorld(['memory:a']);
    const issuer: TokenIssuer = { ...world.issuer, defaults: () => listed };
    const { current } = await world.run({ issuer });
    const made = world.issuer.tokens.find(({ id }) => id === current?.id);
    expect(made?.permissions).toEqual(listed);
    if (made !== undefined) made.revokedAt = '2030-01-01T00:00:00.000Z';
    expect(await world.run({ issuer, force: true })).toMatchObject({
      outcome: 'failed',
      error: { code: 'PREDECESSOR_UNKNOWN' },
    });
    const id = current?.id ?? '';
    const shown = { [id]: ['write_tokens'] };
    const managing = await world.run({ issuer, force: true, shown });
    expect(managing.error?.message).toContain(`${id} has write_tokens`);
  });

  it('may be anything if the issuer has no permissions to manage tokens', async () => {
    const world = makeWorld(['memory:a']);
    const issuer: TokenIssuer = { ...world.issuer };
    delete issuer.managing;
    expect((await world.run({ replaces: world.old, issuer })).outcome).toBe('rotated');
  });
});

describe('the check of the issuer', () => {
  const checking = (world: World, changes: object): TokenIssuer => ({
    ...world.issuer,
    check: async (o) => ({ ...(await world.issuer.check(o)), ...changes }),
  });

  it('ends the run with the first problem', async () => {
    const world = makeWorld(['memory:a']);
    const issuer = checking(world, { problems: [refusal] });
    const report = await world.run({ replaces: world.old, issuer });
    expect(report).toMatchObject({ outcome: 'failed', error: { message: 'no' } });
    expect(world.calls.map(({ method }) => method)).not.toContain('issue');
  });

  it('is told nothing of a token if none is replaced', async () => {
    const world = makeWorld(['memory:a']);
    const asked: string[][] = [];
    const check: TokenIssuer['check'] = (o) => {
      asked.push(Object.keys(o));
      return world.issuer.check(o);
    };
    await world.run({ permissions: listed, issuer: { ...world.issuer, check } });
    expect(asked).toEqual([expect.not.arrayContaining(['like'])]);
    expect(asked).toEqual([expect.arrayContaining(['signal'])]);
  });

  it('that sees no room is believed, even if what leaked were to end first, but is not known', async () => {
    const world = makeWorld(['memory:a']);
    const issuer = checking(world, { room: 0 });
    const request = { issuer, permissions: listed, breakGlass: 'revoke-first' } as const;
    expect((await world.run(request)).error).toMatchObject({ code: 'LIMIT_REACHED' });
    const known = await world.run({ ...request, replaces: world.old });
    expect(known).toMatchObject({ outcome: 'rotated', revoked: [world.old] });
  });

  it('that sees no room says to wait only while a token ends by itself', async () => {
    const world = makeWorld(['memory:a']);
    await world.run({ replaces: world.old });
    const full = { issuer: checking(world, { room: 0 }), force: true, policy: grace };
    const held = await world.run(full);
    expect(held.error?.hint).toMatch(/^Delete a token that nobody uses/);
    await world.run({ force: true, policy: grace });
    const waiting = await world.run(full);
    expect(waiting.error).toMatchObject({ code: 'LIMIT_REACHED' });
    expect(waiting.error?.hint).toMatch(/^Wait until the replaced token is revoked/);
  });

  it('lets a rotation that has a token beside another one go on while there is room', async () => {
    const world = makeWorld(['memory:a', 'memory:b'], 'stamp', { supports: { most: 6 } });
    const [a, b] = world.sinks.map((sink) => [sink]);
    await world.run({ name: 'other', sinks: b ?? [], permissions: listed });
    await world.run({ sinks: a ?? [], permissions: listed });
    const tight = (room: number | undefined): TokenIssuer => ({
      ...checking(world, { room }),
      supports: { ...world.issuer.supports, most: 2 },
    });
    const request = { sinks: a ?? [], permissions: listed };
    const known = await world.run({ ...request, issuer: tight(undefined), force: true });
    expect(known.outcome).toBe('rotated');
    const leaked = { ...request, breakGlass: 'revoke-first' } as const;
    expect(await world.run({ ...leaked, issuer: tight(0) })).toMatchObject({
      outcome: 'rotated',
      revoked: [known.current?.id],
    });
  });
});

describe('a check of a sink', () => {
  const refusing = (sink: SecretSink, code: 'NAME_INVALID' | 'CONFIG_INVALID' | 'AUTH_DENIED') => ({
    ...sink,
    check: () => Promise.reject(new KeyturnError(code, 'no', { effect: 'none' })),
  });

  it.each([
    ['NAME_INVALID', 'failed'],
    ['CONFIG_INVALID', 'failed'],
    ['AUTH_DENIED', 'incomplete'],
  ] as const)('that fails with %s leaves an optional run %s', async (code, outcome) => {
    const world = makeWorld(['memory:a', 'memory:b']);
    const sinks = world.sinks.map((sink, nth) => (nth === 1 ? refusing(sink, code) : sink));
    const report = await world.run({ replaces: world.old, sinks, optional: ['memory:b'] });
    expect(report.outcome).toBe(outcome);
  });

  it('that ends well though the run is interrupted is no failure', async () => {
    const world = makeWorld(['memory:a']);
    const interrupt = new AbortController();
    world.fault = ({ method }) => {
      if (method === 'check') interrupt.abort();
      return 'ok';
    };
    const report = await world.run({ replaces: world.old }, interrupt.signal);
    expect(report.outcome).toBe('incomplete');
    expect(eventsOf(world, 'adopted')).toHaveLength(1);
  });

  it('can be given up', async () => {
    const world = makeWorld(['memory:a']);
    const signals: unknown[] = [];
    const sinks = world.sinks.map((sink): SecretSink => ({
      ...sink,
      check: (wanted, o) => {
        signals.push(o.signal);
        return sink.check(wanted, o);
      },
    }));
    await world.run({ replaces: world.old, sinks });
    expect(signals).toEqual([expect.any(AbortSignal)]);
  });
});

describe('a sink that joins while the token that the user named is still in use', () => {
  it('may hold that token too, and so may what is near it', async () => {
    const world = makeWorld(['memory:a', 'memory:b'], 'value');
    await adopted(world, world.sinks.slice(0, 1));
    const sinks = world.sinks.map((sink): SecretSink => ({
      ...sink,
      neighbours: async () => [{ name: 'X', shows: 'yes' }],
    }));
    for (const _ of [1, 2]) {
      world.fault = ({ method }) => (method === 'deliver' ? { fail: 'before' } : 'ok');
      await world.run({ sinks, force: true });
    }
    expect(eventsOf(world, 'adopted')).toMatchObject([
      { sinks: ['memory:a'] },
      {
        token: { id: world.old },
        sinks: ['memory:b'],
        places: { 'memory:b': { target: 'memory:b' } },
      },
      { token: { id: world.old }, sinks: ['memory:a#elsewhere', 'memory:b#elsewhere'], places: {} },
    ]);
    const [, event] = eventsOf(world, 'adopted');
    expect(Object.keys(event?.type === 'adopted' ? (event.places ?? {}) : {})).toEqual([
      'memory:b',
    ]);
    expect(world.calls.filter(({ about }) => about.includes('adopted'))).toHaveLength(3);
  });
});
