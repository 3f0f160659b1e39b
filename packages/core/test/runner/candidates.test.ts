import { beforeEach, describe, expect, it } from 'vitest';

import type { RotationReport, RotationRequest } from '../../src/index.ts';
import { chain, EMPTY, type RotationEvent, serialise } from '../../src/ledger/index.ts';
import { readState } from '../../src/ledger/read-state.ts';
import type { MemoryIssuerOptions } from '../../src/testing/memory/issuer.ts';
import { makeWorld, type World } from './world.ts';

const HOUR = 3_600_000;
const settle = 120_000;
const policy = { maxAge: 2160 * HOUR, grace: 0, settle };
/** How much later than a request a token may be that came from it. */
const LATEST = settle + 900_000;

let world: World;
const methods = (): string[] => world.calls.map(({ method }) => method);
const iso = (at: number): string => new Date(at).toISOString();

/** The ledger is believed, since no label tells whose a token is. */
function run(changes: Partial<RotationRequest> = {}): Promise<RotationReport> {
  const store = Object.defineProperty(Object.create(world.store) as World['store'], 'trusted', {
    value: true,
  });
  return world.run({ policy, ...changes }, undefined, { store });
}

/** Asks for a token without an answer, and returns when. */
async function ask(): Promise<number> {
  world.fault = ({ method }) => {
    if (method === 'issue') return { late: Infinity };
    return method === 'find' ? { fail: 'before' } : 'ok';
  };
  await run({ force: true });
  world.fault = () => 'ok';
  const { attempts } = await readState(world.store, 'ci');
  return Date.parse(attempts.at(-1)?.at ?? '');
}

async function begin(supports: MemoryIssuerOptions['supports'] = {}): Promise<number> {
  world = makeWorld(['memory:a'], 'stamp', {
    supports: { permissions: 'none', find: 'candidates', ...supports },
  });
  await run({ replaces: world.old });
  const at = await ask();
  world.calls.length = 0;
  return at;
}

/** Another rotation has this ledger. */
function other(name: string, account: string | undefined, ...events: RotationEvent[]): void {
  const summary = {
    tokens: [],
    sinks: [],
    attempts: [],
    ...(account !== undefined && { issuer: { id: account } }),
  };
  const opened = { type: 'opened', rotation: name, summary } as const;
  world.store.ledgers.set(name, chain(EMPTY, [opened, ...events], iso(0)).map(serialise));
}

const waiting: RotationEvent = { type: 'started', label: 'theirs', reason: 'first' };
const adopted = (id: string): RotationEvent => ({
  type: 'adopted',
  token: { id, label: '', issuedAt: iso(0) },
  sinks: [],
  permissions: [],
});

/** A run, and whether it ended the token. */
async function ends(id: string, changes: Partial<RotationRequest> = {}): Promise<boolean> {
  await run(changes);
  return !world.live().includes(id);
}

describe('a token that is new after a lost answer', () => {
  it.each([
    ['right after the request', 0, true],
    ['at the latest moment', LATEST, true],
    ['later', LATEST + 1, false],
  ])('is ended if it was made %s', async (_, later, isEnded) => {
    const at = await begin();
    const { id } = world.issuer.seed({ issuedAt: iso(at + later) });
    expect(await ends(id)).toBe(isEnded);
    expect(methods().includes('rotations')).toBe(isEnded);
  });

  it.each([
    ['at the latest moment', LATEST, true],
    ['later', LATEST + 1, false],
  ])('is ended if it was used %s', async (_, later, isEnded) => {
    const at = await begin();
    const { id } = world.issuer.seed({ issuedAt: iso(at), lastUsedAt: iso(at + later) });
    expect(await ends(id)).toBe(isEnded);
  });

  it('is ended if it was made after the last of two requests', async () => {
    await begin();
    await world.clock.advance(HOUR);
    const at = await ask();
    const { attempts } = await readState(world.store, 'ci');
    expect(new Set(attempts.map((one) => one.at)).size).toBeGreaterThan(1);
    const { id } = world.issuer.seed({ issuedAt: iso(at) });
    expect(await ends(id)).toBe(true);
  });

  it('is ended without a look at its use where the issuer shows none, or it is not shown', async () => {
    const at = await begin({ lastUsed: false });
    const { id } = world.issuer.seed({ issuedAt: iso(at) });
    let asked = 0;
    const issuer = {
      ...world.issuer,
      get: async () => {
        asked++;
        return undefined;
      },
    };
    expect(await ends(id, { issuer })).toBe(true);
    const before = asked;
    const again = await begin();
    const unseen = world.issuer.seed({ issuedAt: iso(again) });
    const { get } = issuer;
    expect(await ends(unseen.id, { issuer: { ...world.issuer, get } })).toBe(true);
    expect(asked - before).toBe(before + 1);
  });
});

describe('beside another rotation, a token that is new after a lost answer', () => {
  let id: string;
  beforeEach(async () => {
    const at = await begin();
    ({ id } = world.issuer.seed({ issuedAt: iso(at) }));
  });

  it.each<[string, boolean, string | undefined, () => RotationEvent[]]>([
    ['is ended if that one has nothing to do with it', true, 'memory:acme', () => []],
    ['is ended if that one has another token', true, 'memory:acme', () => [adopted('x')]],
    ['is left alone if that one has it', false, 'memory:acme', () => [adopted(id)]],
    [
      'is left alone if that one has ended it',
      false,
      'memory:acme',
      () => [adopted(id), { type: 'revoked', token: id }],
    ],
    [
      'is left alone if that one has it, and waits for another',
      false,
      'memory:acme',
      () => [adopted(id), waiting],
    ],
    ['is ended if that one waits at another account', true, 'memory:else', () => [waiting]],
    ['is left alone if an old ledger has it', false, undefined, () => [adopted(id)]],
  ])('%s', async (_, isEnded, account, events) => {
    other('other', account, ...events());
    const { outcome, error } = await run();
    expect(error).toBeUndefined();
    expect(outcome).toMatch(/rotated|current|grace/);
    expect(!world.live().includes(id)).toBe(isEnded);
  });

  it('is left alone, and named, if that one waits too', async () => {
    other('other', 'memory:acme', waiting);
    const report = await run();
    expect(report).toMatchObject({ outcome: 'incomplete', error: { code: 'ANSWER_INVALID' } });
    expect(report.error?.message).toContain(`${id} may be the one that other requested`);
    expect(world.live()).toContain(id);
  });

  it('is no concern of that one if it was made much later', async () => {
    const { attempts } = await readState(world.store, 'ci');
    const late = iso(Date.parse(attempts[0]?.at ?? '') + LATEST + 1);
    await world.issuer.revoke(id, { signal: new AbortController().signal });
    ({ id } = world.issuer.seed({ issuedAt: late }));
    other('other', 'memory:acme', waiting);
    expect((await run()).error).toBeUndefined();
    expect(world.live()).toContain(id);
  });
});
