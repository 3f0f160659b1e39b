import { describe, expect, it } from 'vitest';

import { agreeing, createClock, github, sandbox } from './support.ts';

const WEB = '/repos/acme/web/actions/variables';

describe('variables of GitHub', () => {
  it.each([
    ['a repository', WEB, {}],
    ['an environment', '/repos/acme/api/environments/production/variables', {}],
    ['an organization', '/orgs/acme/actions/variables', { visibility: 'all' }],
  ])('of %s are created, read, changed and deleted', async (_, base, more) => {
    const clock = createClock();
    const api = github(await sandbox({ clocks: agreeing, clock: clock.now }));
    const body = { name: 'slot', value: 'A', ...more };
    expect(await api('POST', base, body)).toMatchObject({ status: 201, body: {} });
    clock.advance(5000);
    const changed = await api('PATCH', `${base}/SLOT`, { value: 'B' });
    expect([changed.status, changed.text]).toEqual([204, '']);
    expect((await api('GET', `${base}/slot`)).body).toEqual({
      name: 'SLOT',
      value: 'B',
      created_at: '2026-01-15T00:00:00Z',
      updated_at: '2026-01-15T00:00:05Z',
      ...more,
    });
    expect((await api('DELETE', `${base}/SLOT`)).status).toBe(204);
    for (const method of ['GET', 'PATCH', 'DELETE'])
      expect((await api(method, `${base}/SLOT`, method === 'GET' ? undefined : {})).status).toBe(
        404,
      );
  });

  it('cannot be created twice', async () => {
    const api = github(await sandbox());
    const { status, body } = await api('POST', WEB, { name: 'region', value: 'x' });
    expect([status, body.message]).toEqual([409, 'Already exists - Variable already exists']);
    expect((await api('GET', `${WEB}/REGION`)).body.value).toBe('eu-west');
  });

  it('can be renamed, but not to a name that is taken', async () => {
    const box = await sandbox();
    const api = github(box);
    await api('POST', WEB, { name: 'A', value: '1' });
    expect((await api('PATCH', `${WEB}/A`, { name: 'REGION' })).status).toBe(409);
    expect((await api('PATCH', `${WEB}/A`, { name: 'B' })).status).toBe(204);
    expect(box.state().github?.['acme/web']?.variables).toMatchObject({
      REGION: { value: 'eu-west' },
      B: { value: '1' },
    });
  });

  it('are listed 10 to a page, 30 at most', async () => {
    const variables = Object.fromEntries(
      Array.from({ length: 40 }, (_, i) => [`V${i}`, { value: `${i}` }]),
    );
    const box = await sandbox({
      world: {
        github: {
          'acme/web': { variables },
          tokens: [{ token: 't', kind: 'classic', scopes: ['repo'] }],
        },
      },
    });
    const api = github(box, 't');
    const first = (await api('GET', WEB)).body;
    expect([first.total_count, first.variables.length]).toEqual([40, 10]);
    expect((await api('GET', `${WEB}?per_page=100`)).body.variables).toHaveLength(30);
  });

  it.each([
    [{ value: 'x' }, 422],
    [{ name: 'A B', value: 'x' }, 422],
    [{ name: 'GITHUB_A', value: 'x' }, 422],
    [{ name: 'A', value: 5 }, 422],
    [{ name: 'A', value: 'x'.repeat(49_153) }, 422],
    ['{', 400],
  ])('are refused for %j', async (body, status) => {
    expect((await github(await sandbox())('POST', WEB, body)).status).toBe(status);
  });

  it('keep how they are shared when only the value changes', async () => {
    const box = await sandbox();
    const api = github(box);
    const { id } = (await api('GET', '/repos/acme/web')).body;
    const base = '/orgs/acme/actions/variables';
    const sharing = { visibility: 'selected', selected_repository_ids: [id] };
    await api('POST', base, { name: 'V', value: '1', ...sharing });
    await api('PATCH', `${base}/V`, { value: '2' });
    expect(box.state().github?.organizations?.['acme']?.variables?.['V']).toMatchObject({
      value: '2',
      visibility: 'selected',
      selected: ['acme/web'],
    });
    const inherited = await api('GET', '/repos/acme/web/actions/organization-variables');
    expect(inherited.body.variables).toMatchObject([{ name: 'V', value: '2' }]);
  });
});
