import { describe, expect, it } from 'vitest';

import { chain, EMPTY, serialise } from '../../src/ledger/index.ts';
import { makeWorld } from './world.ts';

const HOUR = 3_600_000;
const policy = { maxAge: 90 * 24 * HOUR, grace: HOUR, settle: 120_000 };

describe('a run warns of', () => {
  it('no token that was there before, if it made none itself', async () => {
    const world = makeWorld(['memory:a']);
    world.fault = ({ method }) => (method === 'issue' ? { fail: 'before' } : 'ok');
    expect(await world.run({ permissions: [] })).toMatchObject({ outcome: 'failed', warnings: [] });
    world.fault = () => 'ok';
    const { warnings } = await world.run({ permissions: [] });
    expect(warnings).toEqual([expect.stringContaining('--replaces TOKEN_ID')]);
  });

  it.each([
    ['cannot be copied', undefined],
    ['can be copied from what this machine saw', ['read_organization']],
  ])('a token that was deleted, of which permissions %s', async (_, permissions) => {
    const world = makeWorld(['memory:a']);
    const { current } = await world.run({ replaces: world.old });
    const id = current?.id ?? '';
    await world.issuer.revoke(id, { signal: new AbortController().signal });
    const shown = permissions === undefined ? {} : { shown: { [id]: permissions } };
    const { warnings } = await world.run({ drift: 'report', ...shown });
    expect(warnings).toEqual([expect.stringContaining(`the current token ${id} was deleted`)]);
    expect(warnings.join().includes('cannot be copied')).toBe(permissions === undefined);
  });

  it('permissions that cannot be copied, whatever the ID of the token', async () => {
    const world = makeWorld(['memory:a']);
    const at = '2030-01-01T00:00:00.000Z';
    const current = 'constructor';
    const ref = { id: current, label: 'x', issuedAt: at };
    const summary = {
      current,
      tokens: [{ ref, exposed: true, retired: false, missing: true as const }],
      sinks: [{ id: 'memory:a', base: [current], unanswered: [] }],
      attempts: [],
    };
    const opened = { type: 'opened', rotation: 'ci', summary } as const;
    world.store.ledgers.set('ci', chain(EMPTY, [opened], at).map(serialise));
    const { warnings } = await world.run({ drift: 'report', shown: {} });
    expect(warnings.join()).toContain('its permissions cannot be copied');
  });

  it('leaked tokens that it left, but not in a plan', async () => {
    const world = makeWorld();
    await world.run({ replaces: world.old, policy, selected: ['memory:a'] });
    const leaked = { policy, breakGlass: 'replace-first', selected: ['memory:a'] } as const;
    expect(await world.run({ ...leaked, dryRun: true })).toMatchObject({
      outcome: 'planned',
      warnings: [],
    });
    const { warnings } = await world.run(leaked);
    expect(warnings.join()).toContain('leaked and still valid');
  });

  it('an outage that was planned, also if the plan fails, and of none without a token', async () => {
    const world = makeWorld();
    const plan = { dryRun: true, breakGlass: 'revoke-first' } as const;
    const outage = `ci: token ${world.old} will be revoked first: jobs of memory:a, memory:b will fail until they have the new one`;
    expect(await world.run({ ...plan, replaces: world.old })).toMatchObject({
      outcome: 'planned',
      warnings: [outage],
    });
    world.fault = ({ method }) => (method === 'check' ? { fail: 'before' } : 'ok');
    expect(await world.run({ ...plan, replaces: world.old })).toMatchObject({
      outcome: 'failed',
      warnings: [outage],
    });
    expect((await world.run({ ...plan, permissions: [] })).warnings).toEqual([]);
  });

  it('an outage of those sinks only that hold the token', async () => {
    const world = makeWorld();
    const { current } = await world.run({ replaces: world.old, selected: ['memory:a'] });
    const plan = { dryRun: true, breakGlass: 'revoke-first' } as const;
    const { warnings } = await world.run({ ...plan, replaces: world.old });
    expect(warnings).toEqual([
      expect.stringMatching(new RegExp(`token ${world.old} .* jobs of memory:b will`)),
      expect.stringMatching(new RegExp(`token ${current?.id} .* jobs of memory:a will`)),
    ]);
  });
});
