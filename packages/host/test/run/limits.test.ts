import type { Clock } from '@keyturn/core';
import { controlOf, startSandbox } from '@keyturn/sandbox';
import { expect, it, onTestFinished } from 'vitest';

import { openHost } from '../../src/index.ts';
import { temporaryFolder } from '../temporary-folder.ts';

const MINUTE = 60_000;
const REPOSITORIES = 70;

/** Time that passes only by sleeping, and at once: servers and keyturn have the same. */
function virtualClock(): Clock {
  let now = Date.parse('2026-11-24T09:00:00Z');
  return {
    now: () => now,
    sleep: async (milliseconds) => void (now += milliseconds),
  };
}

it('a rotation of many repositories that knows the limits of their host is never refused', async () => {
  const clock = virtualClock();
  const names = Array.from({ length: REPOSITORIES }, (_name, nth) => `acme/r${nth}`);
  const sandbox = await startSandbox({
    clock: () => clock.now(),
    world: {
      github: {
        ...Object.fromEntries(names.map((name) => [name, {}])),
        organizations: { acme: {} },
        tokens: [{ token: 'ghp_limited', kind: 'classic', scopes: ['repo', 'admin:org'] }],
        behaviour: { pointLimit: 900 },
      },
    },
  });
  onTestFinished(() => sandbox.close());
  const config = {
    issuer: { kind: 'planetscale', org: 'acme' },
    rotations: {
      ci: {
        token: { permissions: ['read_organization'] },
        sinks: names.map((name) => `github:${name}`),
      },
    },
  };
  const directory = await temporaryFolder({ 'keyturn.config.json': JSON.stringify(config) });
  const host = await openHost({ directory, env: sandbox.env, clock });
  onTestFinished(() => host.close());
  const start = clock.now();
  const [report] = await host.run();
  expect(report).toMatchObject({ outcome: 'rotated' });
  const requests = await controlOf(sandbox).requests();
  const github = requests.filter(({ provider }) => provider === 'github');
  const refused = github.filter(({ status }) => status === 403 || status === 429);
  expect(refused).toEqual([]);
  // Nearly all that is allowed in each minute is used.
  const points = github.reduce((sum, { method }) => sum + (method === 'GET' ? 1 : 5), 0);
  expect(points).toBeGreaterThan(900);
  expect(clock.now() - start).toBeLessThan((points / 900 / 0.9) * MINUTE);
});
