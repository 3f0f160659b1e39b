import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import { controlOf } from '@keyturn/sandbox';
import { describe, expect, it } from 'vitest';

import { makePlace, others, type Place } from './keyturn.ts';
import { fault, requestsOf } from './running.ts';

const WEB = 'github:acme/web';
const INFRA = 'gitlab:acme/infra';

async function run(place: Place, args: readonly string[]) {
  const { code, stdout } = await place.keyturn([...args, '--json']);
  return { code, report: JSON.parse(stdout).rotations[0] };
}

/** The last run was stopped by a sink that did not take the token. */
async function incomplete(): Promise<Place> {
  const place = await makePlace();
  await writeFile(
    join(place.folder, 'keyturn.config.yaml'),
    `issuer: { kind: planetscale, org: acme }\nrotations:\n  ci: { sinks: [${WEB}, ${INFRA}] }\n`,
  );
  await fault(place, { provider: 'gitlab', method: 'PUT', action: { status: 400, body: {} } });
  const { code } = await run(place, ['rotate', '--replaces', place.token('ci-github').id]);
  expect(code).toBe(3);
  await controlOf(place.sandbox).clearFaults();
  return place;
}

describe('a plan after an incomplete run', () => {
  it.each<[string, readonly object[]]>([
    ['nothing in the way', []],
    ['a project that is gone', [{ provider: 'gitlab', op: 'delete', project: 'acme/infra' }]],
    ['an archived repository', [{ provider: 'github', op: 'archive', repo: 'acme/web' }]],
  ])('makes the checks and ends as the next run does, with %s', async (_, changes) => {
    const place = await incomplete();
    await others(place, ...changes);
    const before = (await requestsOf(place)).length;
    const events = place.tokens().map(({ id, revokedAt }) => [id, revokedAt]);
    const plan = await run(place, ['plan', '--force']);
    const asked = (await requestsOf(place)).slice(before);
    expect(asked.some((one) => one.includes('/repos/acme/web'))).toBe(true);
    expect(asked.some((one) => one.includes('/projects/acme%2Finfra'))).toBe(true);
    expect(asked.filter((one) => !one.startsWith('GET '))).toEqual([]);
    expect(place.tokens().map(({ id, revokedAt }) => [id, revokedAt])).toEqual(events);
    const dry = await run(place, ['rotate', '--force', '--dry-run']);
    const next = await run(place, ['rotate', '--force']);
    expect([plan.code, dry.code]).toEqual([next.code, next.code]);
    expect(next.code === 0).toBe(changes.length === 0);
    expect(plan.report.error).toEqual(next.report.error);
  });

  it('says how long a sink that refused the last token is waited for', async () => {
    const place = await incomplete();
    const plan = await run(place, ['plan']);
    const next = await run(place, ['rotate']);
    expect([plan.code, plan.report.outcome]).toEqual([next.code, next.report.outcome]);
    expect(plan.report).toMatchObject({ outcome: 'waiting', retryAt: next.report.retryAt });
    const status = await run(place, ['status', '--check']);
    expect(status.code).toBe(6);
    const waiting = status.report.findings.find(({ rule }: { rule: string }) => rule === 'waiting');
    expect(waiting).toMatchObject({
      text: expect.stringContaining(INFRA),
      fix: expect.stringContaining('keyturn rotate ci --force'),
    });
    expect((await run(place, ['rotate', 'ci', '--force'])).code).toBe(0);
    expect((await run(place, ['status', '--check'])).code).toBe(0);
  });
});
