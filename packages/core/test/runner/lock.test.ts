import { describe, expect, it } from 'vitest';

import {
  KeyturnError,
  type CallOptions,
  type SecretSink,
  type TokenIssuer,
} from '../../src/index.ts';
import { makeWorld, type World } from './world.ts';

/** An adapter that asks nobody before it writes, as those do that write once. */
const alone = ({ signal }: CallOptions): CallOptions => ({ signal });

function careless({ issuer, sinks }: World): { issuer: TokenIssuer; sinks: SecretSink[] } {
  return {
    issuer: {
      ...issuer,
      issue: (request, o) => issuer.issue(request, alone(o)),
      grant: (id, permissions, o) => issuer.grant(id, permissions, alone(o)),
      revoke: (id, o) => issuer.revoke(id, alone(o)),
    },
    sinks: sinks.map((sink) => ({
      ...sink,
      deliver: (entries, o) => sink.deliver(entries, alone(o)),
    })),
  };
}

describe('a run that has lost its lock without being told', () => {
  it.each([
    ['issue', 'started'],
    // That the token is there is kept with the announcement of its delivery.
    ['grant', 'issue'],
    ['deliver', 'sending'],
    ['revoke', 'revoking'],
  ])('makes no request to %s, whatever the adapter asks', async (method, announced) => {
    const world = makeWorld(['memory:a']);
    let isAnnounced = false;
    world.fault = (call) => {
      if (call.method === 'confirm' && call.adapter === 'memory' && isAnnounced)
        world.store.steal('ci', 'asleep');
      isAnnounced ||=
        call.method === 'append' ? call.about.endsWith(announced) : call.method === announced;
      return 'ok';
    };
    const report = await world.run({ replaces: world.old, ...careless(world) });
    expect(report.error).toMatchObject({ code: 'STATE_LOST' });
    expect(report.outcome).toMatch(/failed|incomplete/);
    expect(world.calls.map((call) => call.method)).not.toContain(method);
  });

  it('does not try again to revoke what the issuer did not show at first', async () => {
    const world = makeWorld(['memory:a']);
    const asked: string[] = [];
    const { sinks } = careless(world);
    const error = new KeyturnError('VERIFY_FAILED', 'no', { effect: 'none' });
    const issuer: TokenIssuer = {
      ...world.issuer,
      verify: async () => ({ ok: false, error }),
      revoke: async (id) => {
        asked.push(id);
        world.store.steal('ci', 'asleep');
        return 'gone';
      },
    };
    const report = await world.run({ replaces: world.old, issuer, sinks });
    expect(report.error?.code).toBe('STATE_LOST');
    expect(asked).toHaveLength(1);
  });
});

describe('a run that is told that it has lost its lock', () => {
  it('asks for nothing more, and is incomplete', async () => {
    const world = makeWorld();
    await world.run({ replaces: world.old });
    world.fault = ({ method }) => {
      if (method === 'get') world.store.steal('ci');
      return 'ok';
    };
    world.calls.length = 0;
    const report = await world.run({ drift: 'report' });
    expect(report).toMatchObject({ outcome: 'incomplete' });
    expect(report.warnings.join()).not.toContain('memory:a');
    const asked = world.calls.map(({ adapter, method }) => `${adapter} ${method}`);
    expect(asked).not.toContain('memory:a confirm');
  });

  it('says that, and not that its request was interrupted by it', async () => {
    const world = makeWorld();
    const issuer: TokenIssuer = {
      ...world.issuer,
      revoke: async (_, { signal }) => {
        world.store.steal('ci');
        expect(signal.aborted).toBe(true);
        throw new KeyturnError('INTERRUPTED', 'the request was interrupted', { effect: 'unknown' });
      },
    };
    const policy = { maxAge: 1e12, grace: 0, settle: 1000 };
    const report = await world.run({ replaces: world.old, issuer, policy });
    expect(report).toMatchObject({ outcome: 'incomplete', error: { code: 'STATE_LOST' } });
  });

  it('waits no longer', async () => {
    const world = makeWorld();
    const policy = { maxAge: 1e12, grace: 5 * 3_600_000, settle: 1000 };
    await world.run({ replaces: world.old, policy });
    let waits = 0;
    const clock = {
      now: () => world.clock.now(),
      sleep: async () => {
        waits++;
        world.store.steal('ci');
      },
    };
    const machine = { clock, owner: 'test' };
    const report = await world.run({ policy, wait: true }, undefined, machine);
    expect(report).toMatchObject({ outcome: 'incomplete', revoked: [] });
    expect(waits).toBe(1);
  });
});
