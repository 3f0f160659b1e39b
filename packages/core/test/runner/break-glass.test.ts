import { describe, expect, it } from 'vitest';

import { KeyturnError } from '../../src/index.ts';
import { makeWorld, once } from './world.ts';

const HOUR = 3_600_000;
const policy = { maxAge: 1e12, grace: HOUR, settle: 120_000 };
const methods = (world: ReturnType<typeof makeWorld>): string[] =>
  world.calls.map(({ method }) => method);

describe('a leaked token', () => {
  it('is replaced and revoked at once, whatever the grace', async () => {
    const world = makeWorld();
    const report = await world.run({ replaces: world.old, policy, breakGlass: 'replace-first' });
    expect(report).toMatchObject({ outcome: 'rotated', reason: 'leaked', revoked: [world.old] });
    expect(methods(world).indexOf('revoke')).toBeGreaterThan(methods(world).indexOf('deliver'));
    expect(world.jobs()).toEqual([report.current?.id, report.current?.id]);
  });

  it('takes those with it that are in their grace', async () => {
    const world = makeWorld();
    const first = await world.run({ replaces: world.old, policy });
    expect(first.kept).toMatchObject([{ id: world.old, reason: 'grace' }]);
    const report = await world.run({ policy, breakGlass: 'replace-first' });
    expect(world.live()).toEqual([report.current?.id]);
  });

  it('is kept while a sink that was filtered out may hold it, and the report says so', async () => {
    const world = makeWorld();
    const report = await world.run({
      replaces: world.old,
      policy,
      selected: ['memory:a'],
      breakGlass: 'replace-first',
    });
    expect(report.outcome).toBe('incomplete');
    expect(report.kept).toMatchObject([{ id: world.old, reason: 'held', sinks: ['memory:b'] }]);
    expect(report.warnings).toEqual([
      expect.stringMatching(`^ci: .*still valid: ${world.old}; .*--break-glass`),
    ]);
    expect(world.jobs()[1]).toBe(world.old);
  });

  it.each([
    ['is still valid where no other is made', 'replace-first', 'issue'],
    ['is named once where no sink takes another', 'replace-first', 'deliver'],
    ['that died first is valid no longer, though no sink takes another', 'revoke-first', 'deliver'],
  ] as const)('%s, and the report says so', async (_, breakGlass, refused) => {
    const world = makeWorld(['memory:a']);
    const { current } = await world.run({ replaces: world.old });
    const leaked = current?.id ?? '';
    const error = new KeyturnError('AUTH_DENIED', 'no', { effect: 'none' });
    world.fault = ({ method }) => (method === refused ? { fail: 'before', error } : 'ok');
    const { warnings } = await world.run({ policy, permissions: [], breakGlass });
    const isAlive = world.live().includes(leaked);
    expect(isAlive).toBe(breakGlass === 'replace-first');
    expect(warnings.join().includes(`still valid: ${leaked};`)).toBe(isAlive);
  });

  it('dies first where the user says so, after everything was checked', async () => {
    const world = makeWorld();
    const report = await world.run({ replaces: world.old, policy, breakGlass: 'revoke-first' });
    expect(methods(world).indexOf('revoke')).toBeLessThan(methods(world).indexOf('issue'));
    expect(methods(world).lastIndexOf('check')).toBeLessThan(methods(world).indexOf('revoke'));
    expect(report).toMatchObject({ outcome: 'rotated', revoked: [world.old], kept: [] });
    expect(report.warnings.join()).toContain('memory:a, memory:b failed until');
    expect(world.live()).toEqual([report.current?.id]);
    expect(world.issuer.tokens.at(-1)?.permissions).toEqual([
      'read_organization',
      'shop/read_branch',
    ]);
  });

  it('that died first leaves sinks that were filtered out to be written, and says so until they are', async () => {
    const world = makeWorld();
    const selected = ['memory:a'];
    const asked = { replaces: world.old, policy, breakGlass: 'revoke-first' } as const;
    for (const changes of [
      { ...asked, selected },
      { policy, selected },
    ]) {
      const report = await world.run(changes);
      expect(report.outcome).toBe('incomplete');
      expect(report.warnings.join()).toContain('jobs of memory:b fail, because');
    }
    const report = await world.run({ policy: { ...policy, grace: 0 } });
    expect(report).toMatchObject({ outcome: 'rotated', reason: 'out-of-step', warnings: [] });
    expect(world.jobs()).toEqual([report.current?.id, report.current?.id]);
  });

  it('would die first, says a plan that changes nothing, and names the outage', async () => {
    const world = makeWorld();
    const asked = { replaces: world.old, breakGlass: 'revoke-first', dryRun: true } as const;
    const report = await world.run(asked);
    expect(report).toMatchObject({
      outcome: 'planned',
      warnings: [
        expect.stringContaining(`${world.old} will be revoked first: jobs of memory:a, memory:b`),
      ],
    });
    expect(world.live()).toEqual([world.old]);
  });

  it('is left alive when a check fails: there would be nothing to replace it with', async () => {
    const world = makeWorld();
    world.fault = ({ adapter, method }) =>
      adapter === 'memory:b' && method === 'check' ? { fail: 'before' } : 'ok';
    const report = await world.run({ replaces: world.old, policy, breakGlass: 'revoke-first' });
    expect(report.outcome).toBe('failed');
    expect(world.jobs()).toEqual([world.old, world.old]);
  });

  it('is said to be valid still if it has no successor', async () => {
    const world = makeWorld();
    world.fault = ({ method }) => (method === 'issue' ? { fail: 'before' } : 'ok');
    const asked = { replaces: world.old, policy, breakGlass: 'replace-first' } as const;
    const said = expect.stringMatching(`leaked and still valid: ${world.old};`);
    expect((await world.run(asked)).warnings).toEqual([said]);
    expect((await world.run({ ...asked, dryRun: true })).warnings).toEqual([]);
    world.fault = () => 'ok';
    expect((await world.run(asked)).warnings).toEqual([]);
  });

  it('does not stay alive because its first revocation failed', async () => {
    const world = makeWorld();
    world.fault = once('revoke', { fail: 'before' });
    const report = await world.run({ replaces: world.old, policy, breakGlass: 'revoke-first' });
    expect(report).toMatchObject({ outcome: 'incomplete', kept: [{ reason: 'unrevoked' }] });
    expect(await world.run({ policy })).toMatchObject({ revoked: [world.old] });
    expect(world.live()).toEqual([report.current?.id]);
  });

  it.each(['issue', 'deliver'])(
    'is replaced by whatever run comes next, when %s fails after it died',
    async (method) => {
      const world = makeWorld();
      const error = new KeyturnError('REMOTE_FAILED', 'no', { effect: 'none' });
      world.fault = (call) => (call.method === method ? { fail: 'before', error } : 'ok');
      await world.run({ replaces: world.old, policy, breakGlass: 'revoke-first' });
      expect(world.live()).not.toContain(world.old);
      world.fault = () => 'ok';
      // What the dead one could do is nowhere but in the ledger, which grants nothing.
      const refused = await world.run({ policy });
      expect(refused.error).toMatchObject({ code: 'PREDECESSOR_UNKNOWN' });
      expect(refused.error?.hint).toContain('read_organization, shop/read_branch');
      const report = await world.run({ policy, permissions: ['shop/read_branch'] });
      expect(report.outcome).toMatch(/rotated|grace/);
      expect(world.jobs()).toEqual([report.current?.id, report.current?.id]);
    },
  );
});
