import { rotate, type RotationRequest, type TokenIssuer } from '@keyturn/core';
import { memoryStore, seededRandom } from '@keyturn/core/testing';
import { controlOf, type GitLabWorld } from '@keyturn/sandbox';
import { expect, it } from 'vitest';

import { contextOf } from '../../http/test/support/adapters/context.ts';
import { openPlace, watched } from '../../http/test/support/adapters/job-place.ts';
import { ADMIN, maintainer, world } from './support/world.ts';

const HOUR = 3_600_000;
const OLD = {
  id: 500,
  name: 'by-hand',
  token: 'glpat-CANARYoldoldoldold00',
  scopes: ['read_api', 'read_repository'],
  accessLevel: 30,
} as const;
const PLACE = 'glpat-CANARYplaceplaceplac';

type Changes = Partial<RotationRequest>;

async function rotation(changes: Partial<GitLabWorld> = {}, options?: unknown) {
  const started = await world(
    {
      'acme/infra': {
        accessTokens: [OLD],
        variables: [{ key: 'GITLAB_ACCESS_TOKEN', value: OLD.token }],
      },
      tokens: [
        ...maintainer,
        { token: PLACE, id: 8, userId: 2, roles: { 'acme/infra': 'maintainer' } },
      ],
      ...changes,
    },
    options ?? { project: 'acme/infra' },
  );
  const { sandbox, clock, issuer } = started;
  const control = controlOf(sandbox);
  const { context, close } = contextOf({}, clock);
  const place = await openPlace(sandbox.urls.gitlab ?? '', PLACE, context);
  const store = memoryStore({ clock });
  const random = seededRandom(3);
  const jobs: string[] = [];
  const job = async (): Promise<void> => {
    const names = { token: 'GITLAB_ACCESS_TOKEN' };
    const { ok, tokenId } = await control.job({
      sink: 'gitlab:acme/infra',
      names,
      use: 'gitlab-token',
    });
    jobs.push(ok ? `${tokenId}` : `failed with ${tokenId}`);
  };
  const run = ({ replaces = '500', ...more }: Changes = {}, acting: TokenIssuer = issuer) =>
    rotate(
      {
        name: 'ci',
        issuer: watched(acting, job),
        sinks: [place],
        layout: { kind: 'pair', names: { token: 'GITLAB_ACCESS_TOKEN' } },
        policy: { maxAge: 90 * 24 * HOUR, grace: HOUR, settle: 120_000 },
        permissions: 'copy',
        ...(replaces !== 'nothing' && { replaces }),
        ...more,
      },
      { store, clock, random, owner: 'test', signal: new AbortController().signal },
    );
  return { ...started, run, job, jobs, close };
}

const living = (tokens: readonly { readonly id?: number; readonly revoked?: boolean }[]) =>
  tokens.filter(({ revoked }) => revoked !== true).map(({ id }) => `${id}`);

it('replaces a token by one that may do the same, and no job ever fails', async () => {
  const { run, tokens, jobs, clock, requests } = await rotation();
  const first = await run();
  expect(first.error).toBeUndefined();
  const next = first.current?.id ?? '';
  expect(living(tokens())).toEqual(['500', next]);
  expect(tokens()[1]).toMatchObject({ scopes: OLD.scopes, accessLevel: OLD.accessLevel });

  await clock.advance(2 * HOUR);
  expect((await run()).error).toBeUndefined();
  expect(living(tokens())).toEqual([next]);
  expect(new Set(jobs)).toEqual(new Set(['500', next]));
  expect(jobs.at(-1)).toBe(next);
  expect((await requests()).some(({ path }) => path.includes('/rotate'))).toBe(false);
});

it('goes on after a lost answer: one token is delivered, and none is left over', async () => {
  const { run, tokens, jobs, clock, fault } = await rotation();
  await fault({ method: 'POST', path: 'access_tokens', times: 1, action: { dropResponse: true } });
  let report = await run();
  for (let runs = 0; runs < 3; runs++) {
    // oxlint-disable-next-line eslint/no-await-in-loop -- one run after the other
    await clock.advance(2 * HOUR);
    // oxlint-disable-next-line eslint/no-await-in-loop -- as above
    report = await run();
  }
  expect(report.error).toBeUndefined();
  expect(living(tokens())).toEqual([report.current?.id]);
  expect(tokens()).toHaveLength(3);
  expect(jobs.filter((one) => one.startsWith('failed'))).toEqual([]);
});

it('makes nothing if the acting token belongs to the project itself', async () => {
  const { run, tokens, env } = await rotation();
  env['GITLAB_TOKEN'] = OLD.token;
  const report = await run();
  expect(report.error?.code).toBe('PERMISSION_DENIED');
  expect(tokens()).toHaveLength(1);
});

it('does not copy the whole API of a maintainer, unless it is listed', async () => {
  const powerful = { ...OLD, scopes: ['api'], accessLevel: 40 };
  const { run, tokens } = await rotation({
    'acme/infra': {
      accessTokens: [powerful],
      variables: [{ key: 'GITLAB_ACCESS_TOKEN', value: OLD.token }],
    },
  });
  const refused = await run();
  expect(refused.error?.code).toBe('PREDECESSOR_UNKNOWN');
  expect(tokens()).toHaveLength(1);
  const permissions = ['access_level=maintainer', 'scope=api'];
  expect((await run({ permissions })).error).toBeUndefined();
  expect(tokens()[1]).toMatchObject({ scopes: ['api'], accessLevel: 40 });
});

it('creates a first token with what the configuration says', async () => {
  const options = { project: 'acme/infra', scopes: ['api'], accessLevel: 'maintainer' };
  const { run, tokens, job, jobs } = await rotation({ 'acme/infra': {} }, options);
  const report = await run({ replaces: 'nothing' });
  expect(report.error).toBeUndefined();
  expect(tokens()).toMatchObject([{ scopes: ['api'], accessLevel: 40 }]);
  await job();
  expect(jobs.at(-1)).toBe(report.current?.id);
});

it('hands over from the token of an administrator that it acts with', async () => {
  const acting = {
    token: ADMIN,
    id: 7,
    name: 'by-hand',
    admin: true,
    userId: 1,
    scopes: ['api'],
  };
  const { run, sandbox, clock, env } = await rotation(
    {
      tokens: [acting, { token: PLACE, id: 8, userId: 2 }],
      'acme/infra': { variables: [{ key: 'GITLAB_ACCESS_TOKEN', value: ADMIN }] },
    },
    { personal: true },
  );
  const own = { replaces: '7', permissions: ['scope=api'] };
  const policy = { maxAge: 90 * 24 * HOUR, grace: 0, settle: 0 };
  const report = await run({ ...own, policy });
  expect(report.error).toBeUndefined();
  const mine = (sandbox.state().gitlab?.tokens ?? []).filter(({ userId }) => userId === 1);
  expect(living(mine)).toEqual([report.current?.id]);
  expect(clock.now()).toBeGreaterThan(0);
  expect(env['GITLAB_TOKEN']).toBe(ADMIN);
});
