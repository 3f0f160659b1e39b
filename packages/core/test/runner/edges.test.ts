import { describe, expect, it } from 'vitest';

import { KeyturnError, rotate, type SecretSink } from '../../src/index.ts';
import type { RotationEvent } from '../../src/ledger/index.ts';
import { seededRandom } from '../../src/testing/memory/random.ts';
import { makeWorld, names, once, type World } from './world.ts';

const HOUR = 3_600_000;
const policy = { maxAge: 1e12, grace: HOUR, settle: 120_000 };
const eventsOf = (world: World): RotationEvent[] =>
  world.store.records('ci').map(({ event }) => event);

describe('a new token that does not work', () => {
  it('is not delivered, and is revoked', async () => {
    const world = makeWorld(['memory:a']);
    const error = new KeyturnError('VERIFY_FAILED', 'does not work', { effect: 'none' });
    const issuer = { ...world.issuer, verify: async () => ({ ok: false, error }) as const };
    const report = await world.run({ replaces: world.old, issuer });
    expect(report).toMatchObject({ outcome: 'failed', error: { code: 'VERIFY_FAILED' } });
    expect(world.calls.map(({ method }) => method)).not.toContain('deliver');
    expect(world.live()).toEqual([world.old]);
  });
});

describe('an interrupt during the last delivery', () => {
  it('leaves the new token in use', async () => {
    const world = makeWorld(['memory:a']);
    const interrupt = new AbortController();
    world.fault = ({ method, about }) => {
      if (method === 'deliver' && about === names.token) interrupt.abort();
      return 'ok';
    };
    const report = await world.run({ replaces: world.old, policy }, interrupt.signal);
    expect(report).toMatchObject({ outcome: 'grace', phase: 'grace', kept: [{ id: world.old }] });
    expect(report.current?.id).toBe(world.jobs()[0]);
  });
});

describe('a look-up that failed first', () => {
  it('is made up for by one that is answered', async () => {
    const world = makeWorld(['memory:a']);
    const lost = once('issue', { late: Infinity });
    const failing = once('find', { fail: 'before' });
    world.fault = (call) => (call.method === 'find' ? failing(call) : lost(call));
    const report = await world.run({ replaces: world.old });
    expect(report).toMatchObject({ outcome: 'rotated', pending: [] });
  });
});

describe('a second token that the user names', () => {
  it('is taken over as the first one was', async () => {
    const world = makeWorld(['memory:a']);
    const other = world.issuer.seed({ label: 'another' });
    await world.run({ replaces: world.old });
    const report = await world.run({ replaces: other.id });
    expect(report.revoked).toEqual([other.id]);
    expect(eventsOf(world)).toContainEqual(
      expect.objectContaining({
        type: 'adopted',
        token: expect.objectContaining({ id: other.id }),
      }),
    );
  });

  it('has its expiry in the ledger', async () => {
    const world = makeWorld(['memory:a']);
    const old = world.issuer.tokens.find(({ id }) => id === world.old);
    const expiresAt = '2031-01-01T00:00:00.000Z';
    Object.assign(old ?? {}, { expiresAt });
    await world.run({ replaces: world.old });
    expect(eventsOf(world)).toContainEqual(
      expect.objectContaining({ type: 'adopted', token: expect.objectContaining({ expiresAt }) }),
    );
  });
});

describe('a token that may still land in a sink', () => {
  it('is kept as settling there, and as held once the sink left the configuration', async () => {
    const world = makeWorld(['memory:a', 'memory:b'], 'stamp');
    await world.run({ replaces: world.old, policy });
    world.fault = ({ method, adapter }) =>
      method === 'deliver' && adapter === 'memory:b' ? { late: Infinity } : 'ok';
    await world.run({ force: true, policy });
    const lost = world.live().at(-1);
    world.fault = () => 'ok';
    const report = await world.run({ force: true, policy });
    expect(report.kept).toContainEqual({ id: lost, reason: 'settling', sinks: ['memory:b'] });
    const without = await world.run({ sinks: world.sinks.slice(0, 1), policy });
    expect(without.kept).toContainEqual({ id: lost, reason: 'held', sinks: ['memory:b'] });
  });
});

describe('two tokens in their grace', () => {
  it('are kept each for its own reason', async () => {
    const world = makeWorld(['memory:a']);
    const quiet = { ...policy, quiet: { for: HOUR, atMost: 24 * HOUR } };
    const { secret } = world.issuer.tokens.find(({ id }) => id === world.old) ?? { secret: '' };
    await world.run({ replaces: world.old, policy: quiet });
    await world.clock.advance(HOUR - 1000);
    world.issuer.use(secret);
    const [, second] = world.live();
    await world.run({ force: true, policy: quiet });
    await world.clock.advance(2000);
    const report = await world.run({ policy: quiet });
    expect(report.kept).toMatchObject([
      { id: world.old, reason: 'used' },
      { id: second, reason: 'grace' },
    ]);
  });
});

describe('an abort', () => {
  it('that leaves a token its grace is not incomplete', async () => {
    const world = makeWorld(['memory:a']);
    await world.run({ replaces: world.old, policy });
    expect(await world.run({ abort: true, policy })).toMatchObject({
      outcome: 'grace',
      kept: [{ id: world.old, reason: 'grace' }],
    });
  });
});

describe('two targets of one thing', () => {
  it('are refused without effect', async () => {
    const world = makeWorld(['memory:a', 'memory:b']);
    const sinks = world.sinks.map((sink): SecretSink => ({
      ...sink,
      check: async (wanted, o) => ({ ...(await sink.check(wanted, o)), place: 'thing:1' }),
    }));
    const { error } = await world.run({ replaces: world.old, sinks });
    expect(error).toMatchObject({
      code: 'CONFIG_INVALID',
      effect: 'none',
      message: 'memory:a and memory:b are the same place',
      hint: 'Remove one of them from the sinks.',
    });
  });
});

describe('a run that may do one thing at a time', () => {
  it('checks, writes and looks at one sink after the other', async () => {
    const world = makeWorld(['memory:a', 'memory:b', 'memory:c'], 'value');
    let most = 0;
    let underWay = 0;
    const count = async <Result>(work: Promise<Result>): Promise<Result> => {
      most = Math.max(most, ++underWay);
      return work.finally(() => underWay--);
    };
    const sinks = world.sinks.map((sink): SecretSink => ({
      ...sink,
      check: (wanted, o) => count(sink.check(wanted, o)),
      deliver: (entries, o) => count(sink.deliver(entries, o)),
      confirm: (expected, proof, o) => count(sink.confirm(expected, proof, o)),
    }));
    const run = (concurrency: number) =>
      rotate(
        {
          name: 'ci',
          issuer: world.issuer,
          sinks,
          layout: { kind: 'pair', names },
          policy,
          permissions: ['shop/read_branch'],
          drift: 'report',
        },
        {
          store: world.store,
          clock: world.clock,
          random: seededRandom(1),
          owner: 'test',
          signal: new AbortController().signal,
          concurrency,
        },
      );
    expect((await run(1)).outcome).toBe('rotated');
    expect((await run(1)).outcome).toBe('current');
    expect(most).toBe(1);
    await run(3);
    expect(most).toBe(3);
  });
});
