import { describe, expect, it } from 'vitest';

import { enable, type TokenIssuer } from '../../src/index.ts';
import { chain, EMPTY, serialise } from '../../src/ledger/index.ts';
import type { Summary } from '../../src/ledger/state.ts';
import { makeWorld, type World } from './world.ts';

const AT = '2026-01-01T00:00:00.000Z';

interface Setup {
  readonly labels?: readonly string[];
  /** Whose tokens the ledger has; undefined for a ledger of before. */
  readonly issuer?: Summary['issuer'] | undefined;
  readonly isDisabled?: boolean;
}

/** A ledger with disabled tokens. */
function makeDisabled({ labels = ['mine'], isDisabled = true, ...given }: Setup = {}) {
  const world = makeWorld(['memory:a'], 'stamp', { supports: { disable: true } });
  const ids = labels.map((label) => world.issuer.seed({ label, disabled: true }).id);
  const issuer = 'issuer' in given ? given.issuer : { id: world.issuer.id };
  const summary = {
    tokens: ids.map((id) => ({
      ref: { id, label: 'x', issuedAt: AT },
      exposed: true,
      retired: true,
      ...(isDisabled && { disabledAt: AT }),
    })),
    sinks: [],
    attempts: [],
    ...(issuer !== undefined && { issuer }),
  };
  const opened = { type: 'opened', rotation: 'ci', summary } as const;
  world.store.ledgers.set('ci', chain(EMPTY, [opened], AT).map(serialise));
  return { world, ids };
}

function enabling(
  world: World,
  request: { token?: string; named?: readonly string[]; issuer?: TokenIssuer },
  trusted = false,
): Promise<readonly string[]> {
  const store = Object.defineProperty(Object.create(world.store) as World['store'], 'trusted', {
    value: trusted,
  });
  const { signal } = new AbortController();
  return enable(
    { rotation: 'ci', issuer: world.issuer, ...request },
    { store, clock: world.clock, owner: 'test', signal },
  );
}

const disabled = ({ issuer }: World): string[] =>
  issuer.tokens.filter((one) => one.disabled === true).map(({ id }) => id);

describe('to enable tokens', () => {
  it('is refused if there is none, or the issuer cannot', async () => {
    const { world: idle, ids: named } = makeDisabled({ isDisabled: false });
    await expect(enabling(idle, { named })).rejects.toMatchObject({ code: 'USAGE_INVALID' });
    const { world, ids } = makeDisabled();
    const unable: TokenIssuer = { ...world.issuer };
    delete unable.enable;
    const refused = enabling(world, { named: ids, issuer: unable });
    await expect(refused).rejects.toMatchObject({ code: 'USAGE_INVALID' });
    const other = enabling(world, { named: ids, token: 'another' });
    await expect(other).rejects.toMatchObject({ code: 'USAGE_INVALID' });
    expect(disabled(world)).toEqual(ids);
  });

  it('takes one of several, or all', async () => {
    const { world, ids } = makeDisabled({ labels: ['one', 'two', 'three'] });
    const [, second = ''] = ids;
    expect(await enabling(world, { named: ids, token: second })).toEqual([second]);
    expect(disabled(world)).toEqual(ids.filter((id) => id !== second));
    expect(await enabling(world, { named: ids })).toEqual(ids);
    expect(disabled(world)).toEqual([]);
  });

  it.each<[string, Summary['issuer'] | undefined]>([
    ['the same', { id: 'memory:acme' }],
    ['not told', undefined],
  ])('is done at an issuer that is %s', async (_, issuer) => {
    const { world, ids } = makeDisabled({ issuer });
    expect(await enabling(world, { named: ids })).toEqual(ids);
    expect(disabled(world)).toEqual([]);
  });

  it('is refused at another issuer', async () => {
    const { world, ids } = makeDisabled({ issuer: { id: 'memory:other' } });
    const refused = enabling(world, { named: ids });
    await expect(refused).rejects.toMatchObject({ code: 'CONFIG_INVALID' });
    expect(disabled(world)).toEqual(ids);
  });

  it('needs no name for a label of the rotation, nor in a ledger that is believed', async () => {
    const ours = makeDisabled({ labels: ['keyturn-ci-20260101T000000Z-aaaaaaaa'] });
    expect(await enabling(ours.world, {})).toEqual(ours.ids);
    const trusted = makeDisabled();
    expect(await enabling(trusted.world, {}, true)).toEqual(trusted.ids);
    expect(trusted.world.calls.map(({ method }) => method)).not.toContain('get');
  });

  it('is refused for one that the issuer does not show', async () => {
    const { world, ids } = makeDisabled();
    await world.issuer.revoke(ids[0] ?? '', { signal: new AbortController().signal });
    const message = expect.stringContaining('nothing else says');
    await expect(enabling(world, {})).rejects.toMatchObject({ code: 'USAGE_INVALID', message });
  });

  it('makes sure of the lock first, whatever the issuer does', async () => {
    const { world, ids } = makeDisabled();
    const confirmed = (): boolean => world.calls.some(({ method }) => method === 'confirm');
    const seen: boolean[] = [];
    const issuer = { ...world.issuer, enable: async () => void seen.push(confirmed()) };
    await enabling(world, { named: ids, issuer });
    expect(seen).toEqual([true]);
  });
});
