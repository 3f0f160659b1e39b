import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import type { FleetStatus } from '@keyturn/fleet';
import { describe, expect, it, onTestFinished } from 'vitest';

import { loadCompanion } from '../src/companion.ts';
import { numberOf } from '../src/fleet/flags.ts';
import { fleetMetrics } from '../src/fleet/metrics.ts';
import { fleetText, runLine } from '../src/fleet/text.ts';
import type { Output } from '../src/host.ts';
import { fleetMissing } from '../src/messages.ts';

const status: FleetStatus = {
  rotations: 2000,
  due: 13,
  queued: 5,
  running: 6,
  workers: 2,
  failing: 1,
  overdue: 3,
  lagSeconds: 95.4,
  oldestDueSeconds: 7200,
  nextAt: '2030-01-01T10:00:00.000Z',
  runs: 4100,
  rotated: 2003,
  outcomes: { current: 1990, failed: 1, rotated: 9 },
  worst: [{ rotation: 'ci-web', outcome: 'failed', code: 'AUTH_DENIED', failures: 4 }],
  budgets: [],
};

const budgets: FleetStatus['budgets'] = [
  {
    host: 'api.github.com',
    credential: '3f0a9c11d2e4',
    points: 500,
    windowSeconds: 3600,
    left: 20,
  },
  { host: 'api.planetscale.com', credential: null, points: 600, windowSeconds: 60, left: 590 },
];

function written(): { readonly output: Output; readonly text: () => string } {
  const parts: string[] = [];
  const output = {
    write: (text: string) => void parts.push(text),
    terminal: false,
    colour: false,
    columns: 80,
  };
  return { output, text: () => parts.join('') };
}

describe('keyturn fleet', () => {
  it('says how to install the fleet where it is not', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'keyturn-no-fleet-'));
    onTestFinished(() => rm(folder, { recursive: true }));
    const host = { directory: folder, programFolder: folder, env: {}, isUntrusted: false };
    await expect(
      loadCompanion('@keyturn/not-there', { ...host, uid: undefined }, fleetMissing),
    ).rejects.toMatchObject({
      code: 'ADAPTER_NOT_FOUND',
      message: 'the fleet is not installed',
      hint: 'Install it: npm install --save-dev @keyturn/not-there',
    });
  });

  it('tells queue, delay and failures', () => {
    expect(fleetText(status, written().output).split('\n')).toEqual([
      'rotations  2000',
      'due        13, the first of them for 1m 35s',
      'queue      5 waiting, 6 running on 2 workers, 2 not scheduled yet',
      'overdue    3 tokens, the oldest for 2h',
      'last runs  current 1990, failed 1, rotated 9',
      'failing    ci-web  failed (AUTH_DENIED), 4 times in a row',
    ]);
    expect(
      fleetText({ ...status, budgets }, written().output)
        .split('\n')
        .slice(4, 6),
    ).toEqual([
      'budget     api.github.com  20 of 500 left in 1h (credential 3f0a9c11d2e4)',
      'budget     api.planetscale.com  590 of 600 left in 1m',
    ]);
    const many = Array.from({ length: 12 }, (_, nth) => ({ ...budgets[1], host: `h${nth}` }));
    expect(fleetText({ ...status, budgets: many as never }, written().output)).toContain(
      '\nbudget     and 2 with more left: --json shows all\n',
    );
    const calm = { due: 0, queued: 0, running: 0, workers: 0, overdue: 0, worst: [] };
    expect(
      fleetText({ ...status, ...calm, lagSeconds: null, oldestDueSeconds: null }, written().output),
    ).toContain('due        none, the next at 2030-01-01 10:00 UTC');
  });

  it('writes the same figures as metrics', () => {
    const text = fleetMetrics({ ...status, budgets });
    expect(fleetMetrics(status)).not.toContain('keyturn_fleet_budget_left{');
    for (const line of [
      'keyturn_fleet_queued 5',
      'keyturn_fleet_lag_seconds 95.4',
      'keyturn_fleet_oldest_due_seconds 7200',
      'keyturn_fleet_outcomes{outcome="current"} 1990',
      'keyturn_fleet_budget_left{host="api.github.com",credential="3f0a9c11d2e4",limit="500/3600s"} 20',
      'keyturn_fleet_budget_left{host="api.planetscale.com",limit="600/60s"} 590',
      'keyturn_fleet_budget_limit{host="api.planetscale.com",limit="600/60s"} 600',
      'keyturn_fleet_rotated_total 2003',
      '# TYPE keyturn_fleet_runs counter',
    ])
      expect(text.split('\n')).toContain(line);
    expect(text.endsWith('\n# EOF\n')).toBe(true);
  });

  it('tells of each run in a line', () => {
    const report = { name: 'ci-web', outcome: 'rotated', kept: [], warnings: [], durationMs: 1234 };
    const line = runLine(
      { report, policy: { name: 'ci-web', maxAge: 1, drift: 'off' } } as never,
      { runAt: Date.parse('2030-01-01T10:00:00Z'), dueAt: undefined, failures: 0 },
      written().output,
    );
    expect(line).toBe('ci-web rotated in 1.2 s, again 2030-01-01 10:00 UTC');
  });

  it.each(['0', '257', '1.5', '', '-1', 'many'])('refuses --concurrency %j', (text) => {
    expect(() => numberOf('--concurrency', text, 1, 256)).toThrow(/--concurrency .* is invalid/);
  });
});
