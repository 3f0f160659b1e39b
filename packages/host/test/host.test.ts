import { join } from 'node:path';

import { controlOf, startSandbox, type Control } from '@keyturn/sandbox';
import { describe, expect, it, onTestFinished } from 'vitest';

import { openHost, type Host, type HostOptions } from '../src/index.ts';
import { temporaryFolder } from './temporary-folder.ts';

const CONFIG = `
issuer: { kind: planetscale, org: acme }
rotations:
  laptop:
    token: { permissions: [read_organization] }
    sinks: [env:.env.local]
  ci: { grace: 0s, sinks: [github:acme/web] }
`;

async function opened(
  text = CONFIG,
  options: Partial<HostOptions> = {},
): Promise<{ host: Host; folder: string; control: Control }> {
  const sandbox = await startSandbox();
  onTestFinished(() => sandbox.close());
  const folder = await temporaryFolder({ 'keyturn.config.yaml': text, '.env.local': '' });
  const host = await openHost({ directory: folder, env: sandbox.env, ...options });
  onTestFinished(() => host.close());
  return { host, folder, control: controlOf(sandbox) };
}

describe('a host', () => {
  it('lists the rotations of the configuration', async () => {
    const { host } = await opened();
    expect(host.rotations()).toEqual([
      {
        name: 'laptop',
        issuer: 'planetscale',
        sinks: ['env:.env.local'],
        maxAge: 90 * 86_400_000,
        grace: 3_600_000,
      },
      {
        name: 'ci',
        issuer: 'planetscale',
        sinks: ['github:acme/web'],
        maxAge: 90 * 86_400_000,
        grace: 0,
      },
    ]);
  });

  it('plans without changing anything, runs, and reports how rotations stand', async () => {
    const { host } = await opened();
    const rotations = ['laptop'];
    const [planned] = await host.plan({ rotations });
    expect(planned).toMatchObject({
      outcome: 'planned',
      toWrite: [expect.stringContaining('env:')],
    });
    expect((await host.status(rotations))[0]?.status?.current).toBeNull();
    const steps: string[] = [];
    const [report] = await host.run({ rotations, observe: ({ type }) => steps.push(type) });
    expect(report).toMatchObject({ name: 'laptop', outcome: 'rotated' });
    expect(report?.requests['planetscale']).toBeGreaterThan(0);
    expect(steps).toContain('step');
    const [standing] = await host.status(rotations);
    expect(standing?.status?.current).toMatchObject({ id: report?.current?.id });
    expect(await host.run({ rotations })).toMatchObject([{ outcome: 'current' }]);
  });

  it('reports a rotation that fails beside the others', async () => {
    const { host } = await opened();
    const reports = await host.run();
    expect(reports.map(({ name, outcome }) => [name, outcome])).toEqual([
      ['laptop', 'rotated'],
      ['ci', 'failed'],
    ]);
    expect(reports[1]?.error?.code).toBe('PREDECESSOR_UNKNOWN');
  });

  it('refuses a permission that is none to the issuer, with its key and an example', async () => {
    const { host } = await opened(CONFIG.replace('[read_organization]', '[read-organization]'));
    await expect(host.plan()).rejects.toMatchObject({
      code: 'CONFIG_INVALID',
      message: expect.stringMatching(/^rotations\.laptop\.token\.permissions.*shop\/read_branch/),
      effect: 'none',
    });
  });

  it('refuses two rotations that write one name', async () => {
    const { host } = await opened(`${CONFIG}  twin: { sinks: [github:acme/web] }\n`);
    await expect(host.plan()).rejects.toMatchObject({ code: 'USAGE_INVALID' });
  });

  it('begins nothing after it was closed', async () => {
    const { host, control } = await opened();
    await host.close();
    await expect(host.run({ rotations: ['laptop'] })).resolves.toMatchObject([
      { outcome: expect.stringMatching(/failed|incomplete/) },
    ]);
    expect(await control.requests()).toEqual([]);
  });

  it('needs a configuration', async () => {
    const folder = await temporaryFolder({});
    await expect(openHost({ directory: join(folder), env: {} })).rejects.toMatchObject({
      code: 'USAGE_INVALID',
    });
  });
});
