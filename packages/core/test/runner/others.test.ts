import { describe, expect, it } from 'vitest';

import { chain, EMPTY, type RotationEvent, serialise } from '../../src/ledger/index.ts';
import { makeWorld, type World } from './world.ts';

const HOUR = 3_600_000;
const AT = '2026-01-01T00:00:00.000Z';
const SINK = 'memory:theirs';

/** Another rotation has this ledger, of tokens of this account. */
function other(world: World, account: string | undefined, ...events: RotationEvent[]): void {
  const summary = {
    tokens: [],
    sinks: [],
    attempts: [],
    ...(account !== undefined && { issuer: { id: account } }),
  };
  const opened = { type: 'opened', rotation: 'other', summary } as const;
  world.store.ledgers.set('other', chain(EMPTY, [opened, ...events], AT).map(serialise));
}

const using = (id: string, sinks: readonly string[] = [SINK]): RotationEvent => ({
  type: 'adopted',
  token: { id, label: '', issuedAt: AT },
  sinks,
  permissions: [],
});

describe('the token that the user named, which another rotation knows,', () => {
  it.each<[string, boolean, string | undefined, readonly string[]]>([
    ['is kept while its sinks may hold it', false, 'memory:acme', [SINK]],
    ['is kept for an old ledger too', false, undefined, [SINK]],
    ['is revoked if none of its sinks holds it', true, 'memory:acme', []],
    ['is revoked if it is one of another account', true, 'memory:else', [SINK]],
  ])('%s', async (_, isRevoked, account, sinks) => {
    const world = makeWorld(['memory:a']);
    other(world, account, using(world.old, sinks));
    const { revoked } = await world.run({ replaces: world.old });
    expect(revoked).toEqual(isRevoked ? [world.old] : []);
  });

  it('is revoked if that one only mentions it', async () => {
    const world = makeWorld(['memory:a']);
    other(world, 'memory:acme', using(world.old), { type: 'revoked', token: world.old });
    expect((await world.run({ replaces: world.old })).revoked).toEqual([world.old]);
  });
});

it('other ledgers are not asked about a token that keyturn made', async () => {
  const world = makeWorld(['memory:a']);
  await world.run({ replaces: world.old });
  world.calls.length = 0;
  expect((await world.run({ force: true })).revoked).toHaveLength(1);
  expect((await world.run({ breakGlass: 'revoke-first' })).revoked).toHaveLength(1);
  expect(world.calls.map(({ method }) => method)).not.toContain('holders');
});

describe('in an account with room for two tokens, another rotation', () => {
  it.each<[string, boolean, string | undefined, RotationEvent[]]>([
    ['needs one of them if its jobs use one', true, 'memory:acme', [using('theirs')]],
    ['needs none if no sink has its token', false, 'memory:acme', [using('theirs', [])]],
    ['needs none if it has no token', false, 'memory:acme', []],
    ['needs none if it has its own account', false, 'memory:else', [using('theirs')]],
    ['of an old ledger needs none that is known', false, undefined, [using('theirs')]],
  ])('%s', async (_, isNeeded, account, events) => {
    const world = makeWorld(['memory:a'], 'stamp', {
      supports: { permissions: 'none', most: 3 },
    });
    const [stranger] = world.issuer.tokens;
    await world.issuer.revoke(stranger?.id ?? '', { signal: new AbortController().signal });
    other(world, account, ...events);
    const issuer = { ...world.issuer, supports: { ...world.issuer.supports, most: 2 } };
    const policy = { maxAge: 2160 * HOUR, grace: 0, settle: 0 };
    const { outcome, error } = await world.run({ replaces: world.old, issuer, policy });
    expect(error?.code).toBe(isNeeded ? 'LIMIT_REACHED' : undefined);
    expect(outcome).toBe(isNeeded ? 'failed' : 'rotated');
  });
});
