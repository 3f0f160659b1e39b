import { describe, expect, it } from 'vitest';

import { circleci, contextId } from './circleci.ts';
import { control, sandbox, tokenNamed } from './support.ts';

describe('a job at CircleCI', () => {
  it.each(['circleci:gh/acme/web', 'circleci:gh/acme?context=deploy'])(
    'uses the token that %s holds',
    async (sink) => {
      const box = await sandbox();
      const { status, body } = await control(box)('POST', '/ci-job', { sink, layout: 'pair' });
      expect([status, body]).toEqual([200, { ok: true, status: 200, tokenId: 'cicircle2v6p' }]);
    },
  );

  it('finds a context by ids', async () => {
    const box = await sandbox();
    const api = circleci(box);
    const { organization_id: owner } = (await api('GET', '/project/gh/acme/web')).body;
    const id = await contextId(api, 'deploy');
    for (const sink of [
      `circleci:gh/acme?context=${id}`,
      `circleci:${owner}?context=deploy`,
      `circleci:${owner}?context=${id.toUpperCase()}`,
    ])
      expect((await control(box)('POST', '/ci-job', { sink })).body.ok).toBe(true);
  });

  it('reads the layouts joined and file', async () => {
    const { id = '', token = '' } = tokenNamed((await sandbox()).state(), 'ci-circleci');
    const file = `PLANETSCALE_SERVICE_TOKEN_ID=${id}\nPLANETSCALE_SERVICE_TOKEN=${token}\n`;
    const box = await sandbox({
      world: {
        circleci: {
          projects: { 'gh/acme/web': { PLANETSCALE_CREDENTIAL: { value: `${id}:${token}` } } },
          contexts: { 'gh/acme/a/b c': { PLANETSCALE_ENV: { value: file } } },
        },
      },
    });
    const ok = { ok: true, status: 200, tokenId: id };
    const run = async (sink: string, layout: string) =>
      (await control(box)('POST', '/ci-job', { sink, layout })).body;
    expect(await run('circleci:gh/acme/web', 'joined')).toEqual(ok);
    expect(await run('circleci:gh/acme?context=a/b%20c', 'file')).toEqual(ok);
  });

  it.each([
    'circleci:gh/acme/none',
    'circleci:gh/acme',
    'circleci:gh/acme?context=none',
    'circleci:gh/none?context=deploy',
  ])('does not run at %s', async (sink) => {
    expect((await control(await sandbox())('POST', '/ci-job', { sink })).status).toBe(404);
  });
});
