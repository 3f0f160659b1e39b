import { describe, expect, it } from 'vitest';

import type { ItemsWorld } from '../src/index.ts';
import { control, planetscale, sandbox, tokenNamed } from './support.ts';

const TOKENS = '/organizations/acme/service-tokens';

describe('a CI job', () => {
  it.each(['github:acme/web', 'github:acme/api?environment=production'])(
    'uses the token that %s holds',
    async (sink) => {
      const box = await sandbox();
      const { status, body } = await control(box)('POST', '/ci-job', { sink, layout: 'pair' });
      expect([status, body]).toEqual([200, { ok: true, status: 200, tokenId: 'cigithub4w8d' }]);
      const { lastUsedAt } = tokenNamed(box.state(), 'ci-github');
      expect(Date.parse(lastUsedAt ?? '')).toBeGreaterThan(Date.now() - 60_000);
    },
  );

  it('fails with a token that is gone', async () => {
    const box = await sandbox();
    await planetscale(box)('DELETE', `${TOKENS}/cigithub4w8d`);
    const { body } = await control(box)('POST', '/ci-job', { sink: 'github:acme/web' });
    expect(body).toEqual({ ok: false, status: 401, tokenId: 'cigithub4w8d' });
  });

  it('fails where a secret is missing, without asking PlanetScale', async () => {
    const box = await sandbox();
    const { body } = await control(box)('POST', '/ci-job', { sink: 'github:acme/docs' });
    expect(body).toEqual({ ok: false, status: null, tokenId: null });
  });

  it('reads every layout', async () => {
    const { id = '', token = '' } = tokenNamed((await sandbox()).state(), 'ci-github');
    const items = (values: Record<string, string>): ItemsWorld =>
      Object.fromEntries(Object.entries(values).map(([name, value]) => [name, { value }]));
    const box = await sandbox({
      world: {
        github: {
          'acme/joined': { actions: items({ PLANETSCALE_CREDENTIAL: `${id}:${token}` }) },
          'acme/file': {
            actions: items({
              BLOB: `# by hand\nPLANETSCALE_SERVICE_TOKEN_ID=${id}\nT="${token}"\n`,
            }),
          },
          'acme/slots': {
            actions: items({ ID_A: 'old', T_A: 'old', ID_B: id, T_B: token }),
            variables: items({ PLANETSCALE_SLOT: 'B' }),
          },
        },
      },
    });
    const run = async (layout: string, names: object) =>
      (await control(box)('POST', '/ci-job', { sink: `github:acme/${layout}`, layout, names }))
        .body;
    const ok = { ok: true, status: 200, tokenId: id };
    expect(await run('joined', {})).toEqual(ok);
    expect(await run('file', { file: 'BLOB', token: 'T' })).toEqual(ok);
    expect(await run('slots', { id: 'ID', token: 'T' })).toEqual(ok);
  });

  it('finds a field under all of its names alike, or fails', async () => {
    const { id = '', token = '' } = tokenNamed((await sandbox()).state(), 'ci-github');
    const items = (values: Record<string, string>): ItemsWorld =>
      Object.fromEntries(Object.entries(values).map(([name, value]) => [name, { value }]));
    const file = `ID=${id}\nNAME=${id}\nT=${token}\n`;
    const box = await sandbox({
      world: {
        github: {
          'acme/pair': { actions: items({ ID: id, NAME: id, T: token, OLD: 'other' }) },
          'acme/joined': { actions: items({ A: `${id}:${token}`, B: `${id}:${token}` }) },
          'acme/file': { actions: items({ A: file, B: file }) },
          'acme/slots': {
            actions: items({ ID_B: id, NAME_B: id, OLD_B: 'other', T_B: token }),
            variables: items({ PLANETSCALE_SLOT: 'B', OTHER: 'A' }),
          },
        },
      },
    });
    const run = async (layout: string, names: object) =>
      (await control(box)('POST', '/ci-job', { sink: `github:acme/${layout}`, layout, names }))
        .body;
    const ok = { ok: true, status: 200, tokenId: id };
    const failed = { ok: false, status: null, tokenId: null };
    const both = { id: ['ID', 'NAME'], token: 'T' };
    expect(await run('pair', both)).toEqual(ok);
    expect(await run('pair', { ...both, id: ['ID', 'OLD'] })).toEqual(failed);
    expect(await run('pair', { ...both, id: ['ID', 'NONE'] })).toEqual(failed);
    expect(await run('pair', { ...both, token: ['T', 'OLD'] })).toEqual({ ...failed, tokenId: id });
    expect(await run('joined', { joined: ['A', 'B'] })).toEqual(ok);
    expect(await run('joined', { joined: ['A', 'NONE'] })).toEqual(failed);
    expect(await run('file', { ...both, file: ['A', 'B'] })).toEqual(ok);
    expect(await run('file', { ...both, id: ['ID', 'NONE'], file: 'A' })).toMatchObject(failed);
    expect(await run('slots', both)).toEqual(ok);
    expect(await run('slots', { ...both, id: ['ID', 'OLD'] })).toEqual(failed);
    expect(await run('slots', { ...both, slot: ['PLANETSCALE_SLOT', 'OTHER'] })).toEqual(failed);
  });

  it('gets what its organization shares, unless its repository has its own', async () => {
    const item = (value: string, more: object = {}) => ({ value, ...more });
    const box = await sandbox({
      world: {
        github: {
          organizations: {
            acme: {
              actions: {
                PLANETSCALE_SERVICE_TOKEN_ID: item('shared', { visibility: 'all' }),
                PLANETSCALE_SERVICE_TOKEN: item('x', {
                  visibility: 'selected',
                  selected: ['acme/a'],
                }),
              },
            },
          },
          'acme/a': { actions: { PLANETSCALE_SERVICE_TOKEN_ID: item('own') } },
          'acme/b': {},
        },
      },
    });
    const run = async (sink: string) => (await control(box)('POST', '/ci-job', { sink })).body;
    expect(await run('github:acme/a')).toEqual({ ok: false, status: 401, tokenId: 'own' });
    expect(await run('github:acme/b')).toEqual({ ok: false, status: null, tokenId: 'shared' });
    expect(await run('github:acme')).toEqual({ ok: false, status: 401, tokenId: 'shared' });
  });

  it('is not recorded and not hit by faults', async () => {
    const box = await sandbox();
    await control(box)('POST', '/faults', { action: { status: 500 } });
    const { body } = await control(box)('POST', '/ci-job', { sink: 'github:acme/web' });
    expect(body.ok).toBe(true);
    expect((await control(box)('GET', '/requests')).body).toEqual([]);
  });

  it('may ask for what only its permissions open', async () => {
    const box = await sandbox();
    const run = async (path: string) =>
      (await control(box)('POST', '/ci-job', { sink: 'github:acme/web', path })).body.status;
    expect(await run('/v1/organizations/acme/databases/shop/branches')).toBe(200);
    expect(await run('/v1/organizations/acme/databases/billing/branches')).toBe(404);
  });

  it.each([
    [{ sink: 'github:acme/none' }, 404],
    [{ sink: 'github:acme/api?environment=none' }, 404],
    [{ sink: 'planetscale:acme' }, 404],
    [{ sink: 5 }, 400],
    [{ sink: 'github:acme/web', layout: 'toString' }, 400],
    [{ sink: 'github:acme/web', names: { id: 5 } }, 400],
    [{ sink: 'github:acme/web', names: { id: ['A', 5] } }, 400],
    [{ sink: 'github:acme/web', name: {} }, 400],
  ])('is refused for %j', async (job, status) => {
    expect((await control(await sandbox())('POST', '/ci-job', job)).status).toBe(status);
  });
});
