import { describe, expect, it } from 'vitest';

import {
  KeyturnError,
  rotate,
  type Progress,
  type SecretSink,
  type TokenIssuer,
} from '../../src/index.ts';
import type { RotationEvent } from '../../src/ledger/index.ts';
import { seededRandom } from '../../src/testing/memory/random.ts';
import { makeWorld, once, type World } from './world.ts';

const HOUR = 3_600_000;
const failing = (text: string) =>
  ({ fail: 'before', error: new KeyturnError('AUTH_DENIED', text, { effect: 'none' }) }) as const;
const methods = (world: World): string[] => world.calls.map(({ method }) => method);
const eventsOf = (world: World): RotationEvent[] =>
  world.store.records('ci').map(({ event }) => event);

describe('the checks before a token is asked for', () => {
  it('tell all that is wrong: the first as the error, the rest as warnings', async () => {
    const world = makeWorld(['memory:a']);
    world.fault = ({ adapter, method }) => {
      if (method === 'get') return failing('no get');
      if (method === 'check') return failing(`no check of ${adapter}`);
      return 'ok';
    };
    const report = await world.run({ replaces: world.old });
    expect(report).toMatchObject({
      outcome: 'failed',
      error: { message: 'no check of memory:acme' },
      warnings: ['no get'],
      sinks: [{ status: 'failed', error: { message: 'no check of memory:a' } }],
    });
    expect(methods(world)).not.toContain('issue');
  });

  it('pass on what the sinks warn of', async () => {
    const world = makeWorld(['memory:a']);
    const sinks = world.sinks.map((sink): SecretSink => ({
      ...sink,
      check: async (wanted, o) => ({ ...(await sink.check(wanted, o)), warnings: ['careful'] }),
    }));
    const report = await world.run({ replaces: world.old, sinks });
    expect(report.warnings).toEqual(['memory:a: careful']);
  });

  it('pass on what the issuer warns of, and tell it which token is to be replaced', async () => {
    const world = makeWorld(['memory:a']);
    const replaced: unknown[] = [];
    const issuer: TokenIssuer = {
      ...world.issuer,
      check: async ({ like, ...call }) => {
        replaced.push(like);
        return { ...(await world.issuer.check(call)), warnings: ['another user'] };
      },
    };
    const report = await world.run({ replaces: world.old, issuer });
    expect(report.warnings).toEqual(['memory:acme: another user']);
    await world.run({ issuer, force: true });
    expect(replaced).toEqual([world.old, report.current?.id]);
  });

  it('tell a sink whether it is known, so that it need not look', async () => {
    const world = makeWorld(['memory:a']);
    const known: unknown[] = [];
    const sinks = world.sinks.map((sink): SecretSink => ({
      ...sink,
      check: (wanted, o) => {
        known.push(o.known);
        return sink.check(wanted, o);
      },
    }));
    await world.run({ replaces: world.old, sinks });
    await world.run({ sinks, force: true });
    expect(known).toEqual([false, true]);
  });

  it('show who watches which sink failed', async () => {
    const world = makeWorld(['memory:a', 'memory:b']);
    world.fault = ({ adapter, method }) =>
      method === 'check' && adapter === 'memory:b' ? failing('no') : 'ok';
    const seen: Progress[] = [];
    await rotate(
      {
        name: 'ci',
        issuer: world.issuer,
        sinks: world.sinks,
        layout: { kind: 'pair', names: { id: 'TOKEN_ID', token: 'TOKEN' } },
        policy: { maxAge: HOUR, grace: 0, settle: 0 },
        permissions: [],
      },
      {
        store: world.store,
        clock: world.clock,
        random: seededRandom(1),
        owner: 'test',
        signal: new AbortController().signal,
        observe: (progress) => seen.push(progress),
      },
    );
    expect(seen.filter(({ type }) => type === 'sink')).toMatchObject([
      { rotation: 'ci', sink: 'memory:b', error: { message: 'no' } },
    ]);
    expect(seen).toContainEqual({
      type: 'step',
      rotation: 'ci',
      step: { type: 'check', reason: 'first' },
    });
  });
});

describe('the permissions of a new token', () => {
  it('are those of the token that it replaces', async () => {
    const world = makeWorld(['memory:a']);
    await world.run({ replaces: world.old });
    const current = world.live()[0] ?? '';
    await world.issuer.grant(current, ['more'], { signal: new AbortController().signal });
    await world.run({ force: true });
    expect(world.issuer.tokens.at(-1)?.permissions).toContain('more');
  });

  it('are those that this machine saw, if that is gone', async () => {
    const world = makeWorld(['memory:a']);
    const shown: Record<string, readonly string[]> = {};
    await world.run({ replaces: world.old }, undefined, {
      noteShown: async (token, permissions) => void (shown[token] = permissions),
    });
    const token = world.issuer.tokens.at(-1);
    if (token !== undefined) token.revokedAt = '2026-01-01T00:00:00.000Z';
    const report = await world.run({ force: true, shown });
    expect(report.outcome).toBe('rotated');
    expect(world.issuer.tokens.at(-1)?.permissions).toEqual(token?.permissions);
  });

  it('of a plan are kept nowhere', async () => {
    const world = makeWorld(['memory:a']);
    const noted: string[] = [];
    await world.run({ replaces: world.old, dryRun: true }, undefined, {
      noteShown: async (token) => void noted.push(token),
    });
    expect(noted).toEqual([]);
  });

  it('are never those that the ledger tells, if that is gone', async () => {
    const world = makeWorld(['memory:a']);
    await world.run({ replaces: world.old });
    const token = world.issuer.tokens.at(-1);
    if (token !== undefined) token.revokedAt = '2026-01-01T00:00:00.000Z';
    const report = await world.run({ force: true });
    expect(report.error).toMatchObject({
      code: 'PREDECESSOR_UNKNOWN',
      message: `the current token ${token?.id} no longer exists, so its permissions cannot be copied`,
      hint: expect.stringMatching(/token\.permissions .*: read_organization, shop\/read_branch$/),
    });
    expect(world.live()).toEqual([]);
  });

  it('that are configured are compared with those of the token in use, if it can be seen', async () => {
    const world = makeWorld(['memory:a']);
    await world.run({ replaces: world.old });
    const permissions = ['shop/read_branch', 'shop/write_branch'];
    const report = await world.run({ force: true, permissions });
    expect(report.grants).toEqual({ more: ['shop/write_branch'], less: ['read_organization'] });
    expect(world.issuer.tokens.at(-1)?.permissions).toEqual(permissions);
    world.fault = once('get', { fail: 'before' });
    const blind = await world.run({ force: true, permissions: ['shop/read_branch'] });
    expect(blind).toMatchObject({ outcome: 'rotated' });
    expect(blind.grants).toBeUndefined();
  });

  it('that are configured do not stand for a token that is not there', async () => {
    const world = makeWorld(['memory:a']);
    const report = await world.run({ replaces: 'nobody', permissions: [] });
    expect(report.error).toMatchObject({
      code: 'TOKEN_NOT_FOUND',
      effect: 'none',
      message: 'memory:acme has no token nobody',
      hint: 'Name the id of a token, not its label: keyturn token list --rotation ci',
    });
  });

  it('are not known at first: that has no effect', async () => {
    const world = makeWorld(['memory:a']);
    const { error } = await world.run();
    expect(error).toMatchObject({ code: 'PREDECESSOR_UNKNOWN', effect: 'none' });
    expect(world.store.ledgers.size).toBe(0);
  });
});

describe('a token that is asked for', () => {
  it('begins a chapter if one is used up, and goes on with it if not', async () => {
    const world = makeWorld(['memory:a']);
    const opened = (): number => eventsOf(world).filter(({ type }) => type === 'opened').length;
    world.fault = once('issue', failing('no'));
    expect(await world.run({ replaces: world.old })).toMatchObject({
      outcome: 'failed',
      error: { message: 'no' },
    });
    expect(opened()).toBe(1);
    await world.run();
    expect(opened()).toBe(2);
    expect(eventsOf(world).filter(({ type }) => type === 'identified')).toHaveLength(1);
  });

  it('is refused once in a run', async () => {
    const world = makeWorld(['memory:a']);
    world.fault = ({ method }) => (method === 'issue' ? failing('no') : 'ok');
    await world.run({ replaces: world.old });
    expect(methods(world).filter((method) => method === 'issue')).toHaveLength(1);
    expect(eventsOf(world).at(-1)).toMatchObject({ type: 'declined', code: 'AUTH_DENIED' });
  });

  it('has the life that is asked for, or none', async () => {
    const world = makeWorld(['memory:a']);
    const asked: unknown[] = [];
    const { issuer } = world;
    const watching = {
      ...issuer,
      issue: (...args: Parameters<typeof issuer.issue>) => {
        asked.push(Object.keys(args[0]));
        return issuer.issue(...args);
      },
    };
    await world.run({ replaces: world.old, issuer: watching, ttl: '1h' });
    await world.run({ force: true, issuer: watching });
    expect(asked).toEqual([['label', 'ttl'], ['label']]);
  });
});
