import { rotate, type RotationRequest, type TokenIssuer } from '@keyturn/core';
import { memoryStore, seededRandom } from '@keyturn/core/testing';
import { controlOf, type AwsWorld } from '@keyturn/sandbox';
import { expect, it } from 'vitest';

import { contextOf } from '../../http/test/support/adapters/context.ts';
import { openPlace, watched } from '../../http/test/support/adapters/job-place.ts';
import { users, world } from './support/world.ts';

const HOUR = 3_600_000;
const OLD = {
  accessKeyId: 'AKIAOLDOLDOLDOLDOLD2',
  secretAccessKey: 'CANARYoldCANARYoldCANARYoldCANARYoldCANA',
} as const;
const OTHER = { accessKeyId: 'AKIAOTHEROTHEROTHER2' } as const;
const NAMES = { accessKeyId: 'AWS_ACCESS_KEY_ID', secretAccessKey: 'AWS_SECRET_ACCESS_KEY' };
const FILE = `${NAMES.accessKeyId}=${OLD.accessKeyId}\n${NAMES.secretAccessKey}=${OLD.secretAccessKey}\n`;
const PLACE = 'glpat-CANARYplaceplaceplac';

async function rotation(aws: AwsWorld = {}) {
  const started = await world({
    users: users([OLD]),
    behaviour: { propagationMs: 3_000, endDelayMs: 2_000 },
    ...aws,
  });
  const { sandbox, clock, issuer } = started;
  const control = controlOf(sandbox);
  await control.seed({
    aws: sandbox.state().aws ?? {},
    gitlab: {
      tokens: [{ token: PLACE }],
      'acme/infra': { variables: [{ key: 'AWS_ENV', value: FILE }] },
    },
  });
  const { context } = contextOf({}, clock);
  const place = await openPlace(sandbox.urls.gitlab ?? '', PLACE, context);
  const store = memoryStore({ clock });
  const random = seededRandom(3);
  const jobs: string[] = [];
  const job = async (): Promise<void> => {
    const names = { ...NAMES, file: 'AWS_ENV' };
    const { ok, tokenId } = await control.job({
      sink: 'gitlab:acme/infra',
      layout: 'file',
      names,
      use: 'aws-iam',
    });
    jobs.push(ok ? `${tokenId}` : `failed with ${tokenId}`);
  };
  const run = (more: Partial<RotationRequest> = {}, acting: TokenIssuer = issuer) =>
    rotate(
      {
        name: 'ci',
        issuer: watched(acting, job),
        sinks: [place],
        layout: { kind: 'file', name: 'AWS_ENV', names: NAMES },
        policy: { maxAge: 90 * 24 * HOUR, grace: HOUR, settle: 120_000, pause: 24 * HOUR },
        permissions: 'copy',
        replaces: OLD.accessKeyId,
        ...more,
      },
      { store, clock, random, owner: 'test', signal: new AbortController().signal },
    );
  return { ...started, run, job, jobs };
}

it('replaces a key, makes the old one inactive, and deletes it a day later; no job ever fails', async () => {
  const { run, keys, jobs, clock } = await rotation();
  const first = await run();
  expect(first.error).toBeUndefined();
  const next = first.current?.id ?? '';
  expect(keys()).toMatchObject([{ status: 'Active' }, { accessKeyId: next, status: 'Active' }]);

  await clock.advance(2 * HOUR);
  expect((await run()).error).toBeUndefined();
  expect(keys()).toMatchObject([{ status: 'Inactive' }, { status: 'Active' }]);

  await clock.advance(25 * HOUR);
  expect((await run()).error).toBeUndefined();
  expect(keys().map(({ accessKeyId }) => accessKeyId)).toEqual([next]);
  expect(new Set(jobs)).toEqual(new Set([OLD.accessKeyId, next]));
  expect(jobs.at(-1)).toBe(next);
});

it('goes on after a lost answer: the key that is new is deleted, and another one delivered', async () => {
  const { run, keys, jobs, clock, fault, issuer } = await rotation();
  const losing: TokenIssuer = {
    ...issuer,
    async issue(request, o) {
      await fault({ provider: 'aws', times: 1, action: { dropResponse: true } });
      return issuer.issue(request, o);
    },
  };
  let report = await run({}, losing);
  for (let runs = 0; runs < 4; runs++) {
    // oxlint-disable-next-line eslint/no-await-in-loop -- one run after the other
    await clock.advance(26 * HOUR);
    // oxlint-disable-next-line eslint/no-await-in-loop -- as above
    report = await run();
  }
  expect(report.error).toBeUndefined();
  expect(keys().map(({ accessKeyId }) => accessKeyId)).toEqual([report.current?.id]);
  expect(report.current?.id).not.toBe(OLD.accessKeyId);
  expect(jobs.filter((one) => one.startsWith('failed'))).toEqual([]);
});

it('makes nothing if there is no room, and ends nothing to make some', async () => {
  const { run, keys, job, jobs } = await rotation({ users: users([OLD, OTHER]) });
  const report = await run();
  expect(report.error?.code).toBe('LIMIT_REACHED');
  expect(keys()).toMatchObject([{ status: 'Active' }, { status: 'Active' }]);
  await job();
  expect(jobs).toEqual([OLD.accessKeyId]);
});

it('has nothing left to do for a key that somebody deleted', async () => {
  const { run, keys, clock, seed, sandbox } = await rotation();
  const next = (await run()).current?.id ?? '';
  const { aws } = sandbox.state();
  const left = keys().filter(({ accessKeyId }) => accessKeyId === next);
  const { ci, ...others } = aws?.users ?? {};
  await seed({ ...aws, users: { ...others, ci: { ...ci, accessKeys: left } } });
  let report = await run();
  for (let runs = 0; runs < 3; runs++) {
    // oxlint-disable-next-line eslint/no-await-in-loop -- one run after the other
    await clock.advance(26 * HOUR);
    // oxlint-disable-next-line eslint/no-await-in-loop -- as above
    report = await run();
  }
  expect(report.error).toBeUndefined();
  expect(report.kept).toEqual([]);
});
