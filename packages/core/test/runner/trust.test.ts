import { describe, expect, it } from 'vitest';

import {
  rotate,
  type RotationReport,
  type RotationRequest,
  Secret,
  sign,
} from '../../src/index.ts';
import {
  chain,
  EMPTY,
  revisionOf,
  type RotationEvent,
  serialise,
  signedStore,
  type StateStore,
} from '../../src/ledger/index.ts';
import { Ledger } from '../../src/unstable.ts';
import { seededRandom } from '../../src/testing/memory/random.ts';
import { makeWorld, names, type World } from './world.ts';

const AT = '2026-01-01T00:00:00.000Z';
const ALL = ['read_organization', 'write_tokens', 'shop/delete_branch'];

/** Somebody who can write the ledger puts another in its place. */
function forge(world: World, ...events: readonly RotationEvent[]): void {
  const summary = { tokens: [], sinks: [], attempts: [] };
  const opened = { type: 'opened', rotation: 'ci', summary } as const;
  world.store.ledgers.set('ci', chain(EMPTY, [opened, ...events], AT).map(serialise));
}

function adopted(id: string, permissions: readonly string[] = ALL): RotationEvent {
  const token = { id, label: 'keyturn-ci-20260101T000000Z-aaaaaaaa', issuedAt: AT };
  return { type: 'adopted', token, sinks: [], permissions };
}

/** As if the sinks had been written long ago, so that the token before them is let go. */
function inUse(world: World, id: string): RotationEvent[] {
  const label = 'keyturn-ci-20260101T000000Z-bbbbbbbb';
  const token = { id, label, issuedAt: AT };
  return [
    { type: 'started', label, reason: 'first' },
    { type: 'issued', label, token },
    { type: 'granted', token: id, permissions: ALL },
    { type: 'verified', token: id },
    ...world.sinks.flatMap(({ id: sink }): RotationEvent[] => [
      { type: 'sending', token: id, sink },
      { type: 'delivered', token: id, sink, receipt: { at: AT } },
    ]),
    { type: 'completed', token: id },
  ];
}

const alive = (world: World, id: string): boolean =>
  world.issuer.tokens.some((token) => token.id === id && token.revokedAt === undefined);

describe('a forged ledger', () => {
  it('gives a new token no permissions', async () => {
    const world = makeWorld();
    forge(world, adopted('gone'));
    const count = world.issuer.tokens.length;
    const report = await world.run({ force: true });
    expect(report).toMatchObject({ outcome: 'failed', error: { code: 'PREDECESSOR_UNKNOWN' } });
    expect(world.issuer.tokens).toHaveLength(count);
  });

  it('has no token copied that nobody named, and none ended', async () => {
    const world = makeWorld();
    const other = world.issuer.seed({ label: 'production', permissions: ['shop/delete_branch'] });
    forge(world, adopted(other.id));
    const report = await world.run({ force: true });
    expect(report.error).toMatchObject({
      code: 'PREDECESSOR_UNKNOWN',
      message: expect.stringContaining(`the permissions of ${other.id} are not copied`),
      hint: expect.stringContaining(`keyturn rotate ci --replaces ${other.id}`),
    });
    const listed = { force: true, permissions: ['shop/read_branch'] };
    const after = await world.run(listed);
    expect(after.kept).toEqual([{ id: other.id, reason: 'unnamed', sinks: [] }]);
    expect(after.warnings.join()).toContain(`token ${other.id} was not revoked`);
    expect(after.outcome).toBe('rotated');
    expect(alive(world, other.id)).toBe(true);
    expect(await world.run({ breakGlass: 'replace-first', ...listed })).toMatchObject({
      outcome: 'incomplete',
    });
    expect(alive(world, other.id)).toBe(true);

    // It was this rotation's after all, as the user knows.
    expect(await world.run({ replaces: other.id })).toMatchObject({ revoked: [other.id] });
  });

  it.each(['keyturn-other-20260101T000000Z-aaaaaaaa', 'keyturn-ci', 'keyturn-ci-2-x'])(
    'ends no token of the label %s',
    async (label) => {
      const world = makeWorld();
      const theirs = world.issuer.seed({ label });
      const [current] = [world.issuer.seed({ label: 'keyturn-ci-20260101T000000Z-bbbbbbbb' })];
      forge(world, adopted(theirs.id), ...inUse(world, current.id));
      const report = await world.run();
      expect(report.kept).toMatchObject([{ id: theirs.id, reason: 'unnamed' }]);
      expect(alive(world, theirs.id)).toBe(true);
    },
  );

  it('has a token forgotten that does not exist', async () => {
    const world = makeWorld();
    const current = world.issuer.seed({ label: 'keyturn-ci-20260101T000000Z-bbbbbbbb' });
    forge(world, adopted('gone'), ...inUse(world, current.id));
    const report = await world.run();
    expect(report.kept).toEqual([]);
    expect(report.revoked).toContain('gone');
  });

  it('has no token delivered or ended that has the label of another rotation', async () => {
    const world = makeWorld();
    const label = 'theirs';
    const token = { id: world.issuer.seed({ label }).id, label, issuedAt: AT };
    forge(world, { type: 'started', label, reason: 'first' }, { type: 'issued', label, token });
    expect((await world.run()).error).toMatchObject({ code: 'STATE_CORRUPT' });
    expect(alive(world, token.id)).toBe(true);
    const store = Object.defineProperty(Object.create(world.store) as StateStore, 'trusted', {
      value: true,
    });
    const believed = await world.run({ permissions: [] }, undefined, { store });
    expect(believed.error).toBeUndefined();
    expect(alive(world, token.id)).toBe(false);
  });

  it('revokes nothing while the issuer cannot be asked whose it is', async () => {
    const world = makeWorld();
    const theirs = world.issuer.seed({ label: 'theirs' });
    const current = world.issuer.seed({ label: 'keyturn-ci-20260101T000000Z-bbbbbbbb' });
    forge(world, adopted(theirs.id), ...inUse(world, current.id));
    world.fault = ({ method }) => (method === 'get' ? { fail: 'before' } : 'ok');
    const report = await world.run({ policy: { maxAge: 1e12, grace: 0, settle: 120_000 } });
    expect(report).toMatchObject({ outcome: 'incomplete', revoked: [] });
    expect(alive(world, theirs.id)).toBe(true);
  });

  it('has no label looked up, and so ended, that keyturn does not give to this rotation', async () => {
    const world = makeWorld();
    const theirs = world.issuer.seed({ label: 'deploy-production' });
    forge(
      world,
      { type: 'started', label: theirs.label, reason: 'first' },
      { type: 'lost', label: theirs.label, reason: 'no' },
    );
    const report = await world.run({ replaces: world.old });
    expect(report).toMatchObject({ outcome: 'failed', error: { code: 'STATE_CORRUPT' } });
    expect(alive(world, theirs.id)).toBe(true);
  });

  it('cannot say that the rotation had the name of another before', async () => {
    const world = makeWorld();
    const theirs = world.issuer.seed({ label: 'keyturn-prod-20260101T000000Z-aaaaaaaa' });
    forge(world, adopted(theirs.id));
    const [first] = world.store.records('ci');
    if (first?.event.type !== 'opened') throw new Error('it begins so');
    const events = [{ ...first.event, from: 'prod' }, adopted(theirs.id)];
    world.store.ledgers.set('ci', chain(EMPTY, events, AT).map(serialise));
    expect(await world.run({ force: true })).toMatchObject({ outcome: 'failed' });
    const permissions = ['shop/read_branch'];
    await world.run({ force: true, permissions });
    expect(alive(world, theirs.id)).toBe(true);
  });
});

describe('permissions to manage tokens', () => {
  it('are never copied, and granted if they are listed', async () => {
    const world = makeWorld();
    const admin = world.issuer.seed({ label: 'admin', permissions: ALL });
    const copied = await world.run({ replaces: admin.id });
    expect(copied.error).toMatchObject({
      code: 'PREDECESSOR_UNKNOWN',
      message: `${admin.id} has write_tokens: permissions to manage tokens or members are never copied`,
    });
    await world.run({ replaces: admin.id, permissions: ALL });
    expect(world.issuer.tokens.at(-1)?.permissions).toEqual(ALL.toSorted());
  });
});

describe('a signed ledger', () => {
  const key = new Secret('a-key-of-at-least-thirty-two-characters');
  const runIn = (
    world: World,
    store: StateStore,
    changes: Partial<RotationRequest> = {},
  ): Promise<RotationReport> =>
    rotate(
      {
        name: 'ci',
        issuer: world.issuer,
        sinks: world.sinks,
        layout: { kind: 'pair', names },
        policy: { maxAge: 3_600_000, grace: 0, settle: 120_000 },
        permissions: 'copy',
        ...changes,
      },
      {
        store,
        clock: world.clock,
        random: seededRandom(3),
        owner: 'test',
        signal: new AbortController().signal,
      },
    );

  it('is believed on every machine that has the key', async () => {
    const world = makeWorld();
    const store = signedStore(world.store, key);
    const first = await runIn(world, store, {
      replaces: world.old,
      policy: { maxAge: 3_600_000, grace: 600_000, settle: 120_000 },
    });
    expect(first.outcome).toBe('grace');
    await world.clock.advance(700_000);
    expect(await runIn(world, store)).toMatchObject({ revoked: [world.old] });
  });

  it('is refused if it is not signed, or with another key, or was altered', async () => {
    const world = makeWorld();
    await world.run({ replaces: world.old });
    const store = signedStore(world.store, key);
    const refusal = async (from = store): Promise<string | undefined> =>
      (await runIn(world, from, { force: true })).error?.message;
    expect(await refusal()).toContain('it is not signed');

    await sign('ci', key, { store: world.store, owner: 'test', clock: world.clock });
    expect(await refusal(signedStore(world.store, new Secret('another')))).toContain(
      'was not signed with the key',
    );
    const records = world.store.records('ci');
    const last = records.at(-1);
    if (last === undefined) throw new Error('it was signed');
    const change = (record: Partial<typeof last>): void => {
      const changed = [...records.slice(0, -1), { ...last, ...record }];
      world.store.ledgers.set('ci', changed.map(serialise));
    };
    change({ at: '2026-01-02T00:00:00.000Z' });
    expect(await refusal()).toContain('was altered');
    change({ mac: '' });
    expect(await refusal()).toContain('was altered');
    change({});
    expect(await refusal()).toBeUndefined();
  });

  it('cannot be gone on with by records of somebody without the key', async () => {
    const world = makeWorld();
    const store = signedStore(world.store, key);
    await runIn(world, store, { replaces: world.old });
    const last = world.store.records('ci').at(-1);
    if (last === undefined) throw new Error('it was written');
    const stranger = world.issuer.seed({ label: 'theirs' });
    const added = chain(revisionOf(last), [adopted(stranger.id)], AT);
    world.store.ledgers.get('ci')?.push(...added.map(serialise));
    expect(await runIn(world, store)).toMatchObject({ error: { code: 'STATE_CORRUPT' } });
  });

  it('is read with the options of the call, so that an interrupt ends it', async () => {
    const { store } = makeWorld();
    const seen: unknown[] = [];
    const signed = signedStore(
      {
        ...store,
        open: async (name, options) => (seen.push(options), store.open(name)),
        history: (name, options) => (seen.push(options), store.history(name)),
      },
      key,
    );
    const options = { signal: new AbortController().signal };
    await signed.open('ci', options);
    for await (const _ of signed.history('ci', options)) continue;
    expect(seen).toEqual([options, options]);
  });

  it('is not that of another rotation', async () => {
    const world = makeWorld();
    const store = signedStore(world.store, key);
    await runIn(world, store, { replaces: world.old });
    const lines = world.store.ledgers.get('ci') ?? [];
    const renamed = lines.map((line) => line.replaceAll('"rotation":"ci"', '"rotation":"web"'));
    world.store.ledgers.set('web', lines);
    expect(await runIn(world, store, { name: 'web' })).toMatchObject({
      error: { code: 'STATE_CORRUPT' },
    });
    world.store.ledgers.set('web', renamed);
    expect(await runIn(world, store, { name: 'web' })).toMatchObject({
      error: { code: 'STATE_CORRUPT' },
    });
  });

  it('that was put back to an older state widens nothing, and ends no other token', async () => {
    const world = makeWorld();
    const store = signedStore(world.store, key);
    const first = await runIn(world, store, { replaces: world.old });
    const copy = [...(world.store.ledgers.get('ci') ?? [])];
    await runIn(world, store, { force: true });
    world.store.ledgers.set('ci', copy);
    const report = await runIn(world, store, { force: true });
    // The token of then is gone, so that nothing is copied.
    expect(report.error).toMatchObject({ code: 'PREDECESSOR_UNKNOWN' });
    expect(alive(world, first.current?.id ?? '')).toBe(false);
    expect(world.live()).toHaveLength(1);
  });

  it('is not written by a run without the key', async () => {
    const world = makeWorld();
    await runIn(world, signedStore(world.store, key), { replaces: world.old });
    expect(await world.run({ force: true })).toMatchObject({
      outcome: 'failed',
      error: { code: 'CONFIG_INVALID', hint: expect.stringContaining('KEYTURN_LEDGER_KEY') },
    });
  });

  it('goes on from one that was not, when the user believes it', async () => {
    const world = makeWorld();
    await world.run({ replaces: world.old });
    const means = { store: world.store, owner: 'test', clock: world.clock };
    await expect(sign('ci', key, means)).resolves.toBe('signed');
    const length = world.store.records('ci').length;
    await expect(sign('ci', key, means)).resolves.toBe('unchanged');
    expect(world.store.records('ci')).toHaveLength(length);
    await expect(sign('ci', new Secret('another'), means)).rejects.toMatchObject({
      code: 'STATE_CORRUPT',
    });
    const report = await runIn(world, signedStore(world.store, key), { force: true });
    expect(report).toMatchObject({ outcome: 'rotated', revoked: [expect.any(String)] });
    expect(world.live()).toEqual([report.current?.id]);
    const history = [];
    for await (const record of signedStore(world.store, key).history('ci')) history.push(record);
    expect(history).toHaveLength(world.store.records('ci').length);
  });

  it('is signed anew when somebody without the key went on with it', async () => {
    const world = makeWorld();
    const means = { store: world.store, owner: 'test', clock: world.clock };
    const signed = signedStore(world.store, key);
    await runIn(world, signed, { replaces: world.old });
    const last = world.store.records('ci').at(-1);
    if (last === undefined) throw new Error('it was written');
    const added = chain(revisionOf(last), [{ type: 'forgotten', sink: 'memory:gone' }], AT);
    world.store.ledgers.get('ci')?.push(...added.map(serialise));
    await expect(sign('ci', key, means)).resolves.toBe('signed');
    expect(await runIn(world, signed)).toMatchObject({ outcome: 'current' });
  });

  it('takes over what was under way when it was signed', async () => {
    const world = makeWorld();
    const ledger = await Ledger.open(world.store, 'ci', { owner: 'test', clock: world.clock });
    const label = 'keyturn-ci-20260101T000000Z-cccccccc';
    await ledger.append(
      { type: 'opened', rotation: 'ci', summary: { tokens: [], sinks: [], attempts: [] } },
      { type: 'started', label, reason: 'first' },
    );
    await ledger.release();
    const asked = world.issuer.seed({ label });
    const means = { store: world.store, owner: 'test', clock: world.clock };
    await sign('ci', key, means);
    await runIn(world, signedStore(world.store, key), { replaces: world.old });
    expect(alive(world, asked.id)).toBe(false);
  });
});
