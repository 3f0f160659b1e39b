import { describe, expect, it } from 'vitest';

import { github, putSecret, sandbox, type Client } from './support.ts';

const ORG = '/orgs/acme/actions/secrets';

async function setUp() {
  const box = await sandbox();
  const api = github(box);
  const id = async (name: string): Promise<number> =>
    (await api('GET', `/repos/acme/${name}`)).body.id;
  const shared = () => box.state().github?.organizations?.['acme']?.actions?.['SHARED'];
  return { box, api, web: await id('web'), docs: await id('docs'), shared };
}

const names = async (api: Client, path: string): Promise<string[]> =>
  (await api('GET', path)).body.repositories.map(({ name }: { name: string }) => name);

describe('secrets of a GitHub organization', () => {
  it('need a visibility and show it', async () => {
    const { api, box } = await setUp();
    const without = await putSecret(api, ORG, 'SHARED', 'x');
    expect(without.body.message).toContain('"visibility" wasn\'t supplied.');
    expect((await putSecret(api, ORG, 'SHARED', 'x', { visibility: 'some' })).status).toBe(422);
    expect((await putSecret(api, ORG, 'SHARED', 'x', { visibility: 'selected' })).status).toBe(201);
    expect((await api('GET', `${ORG}/SHARED`)).body).toMatchObject({
      name: 'SHARED',
      visibility: 'selected',
      selected_repositories_url: `${box.urls.github}${ORG}/SHARED/repositories`,
    });
  });

  it('lose their selected repositories to a write that does not repeat them', async () => {
    const { api, web, docs, shared } = await setUp();
    const visibility = 'selected';
    await putSecret(api, ORG, 'SHARED', 'x', {
      visibility,
      selected_repository_ids: [web, String(docs)],
    });
    expect(await names(api, `${ORG}/SHARED/repositories`)).toEqual(['web', 'docs']);
    await putSecret(api, ORG, 'SHARED', 'y', { visibility });
    expect(shared()).toMatchObject({ value: 'y', selected: [] });
  });

  it('can be shared otherwise without a new value', async () => {
    const { api, shared } = await setUp();
    await putSecret(api, ORG, 'SHARED', 'kept', { visibility: 'private' });
    expect((await api('PUT', `${ORG}/SHARED`, { visibility: 'all' })).status).toBe(204);
    expect(shared()).toMatchObject({ value: 'kept', visibility: 'all' });
    expect((await api('PUT', `${ORG}/OTHER`, { visibility: 'all' })).status).toBe(422);
  });

  it('have their repositories changed one by one, or all at once', async () => {
    const { api, web, docs, shared } = await setUp();
    await putSecret(api, ORG, 'SHARED', 'x', { visibility: 'selected' });
    const path = `${ORG}/SHARED/repositories`;
    expect((await api('PUT', path, { selected_repository_ids: [web] })).status).toBe(204);
    expect((await api('PUT', `${path}/${docs}`)).status).toBe(204);
    expect(shared()?.selected).toEqual(['acme/web', 'acme/docs']);
    expect((await api('DELETE', `${path}/${web}`)).status).toBe(204);
    expect(shared()).toMatchObject({ value: 'x', selected: ['acme/docs'] });
    expect((await api('PUT', `${path}/999999`)).status).toBe(422);
  });

  it('answer 409 to a change of repositories that are not selected', async () => {
    const { api, web } = await setUp();
    await putSecret(api, ORG, 'SHARED', 'x', { visibility: 'private' });
    const path = `${ORG}/SHARED/repositories/${web}`;
    expect([(await api('PUT', path)).status, (await api('DELETE', path)).status]).toEqual([
      409, 409,
    ]);
    expect((await api('PUT', `${ORG}/NONE/repositories/${web}`)).status).toBe(404);
  });

  it('take ids as text for Actions and Dependabot, not for Codespaces', async () => {
    const { api, web } = await setUp();
    const more = { visibility: 'selected', selected_repository_ids: [String(web)] };
    const statuses = [];
    for (const app of ['actions', 'dependabot', 'codespaces'])
      statuses.push((await putSecret(api, `/orgs/acme/${app}/secrets`, 'X', 'y', more)).status);
    expect(statuses).toEqual([201, 201, 422]);
  });

  it('reach the repositories that they are meant for', async () => {
    const { api, web } = await setUp();
    const put = (name: string, more: object) => putSecret(api, ORG, name, 'x', more);
    await put('EVERYWHERE', { visibility: 'all' });
    await put('HIDDEN', { visibility: 'private' });
    await put('CHOSEN', { visibility: 'selected', selected_repository_ids: [web] });
    const reached = async (name: string) =>
      (await api('GET', `/repos/acme/${name}/actions/organization-secrets`)).body.secrets.map(
        (secret: { name: string }) => secret.name,
      );
    expect(await reached('web')).toEqual(['CHOSEN', 'EVERYWHERE', 'HIDDEN']);
    expect(await reached('api')).toEqual(['EVERYWHERE', 'HIDDEN']);
    expect(await reached('docs')).toEqual(['EVERYWHERE']);
  });
});

describe('codespaces secrets of a person', () => {
  it('are shared with the repositories of their choice', async () => {
    const { api, box, web } = await setUp();
    const base = '/user/codespaces/secrets';
    const more = { selected_repository_ids: [web] };
    expect((await putSecret(api, base, 'MINE', 'x', more)).status).toBe(201);
    expect(await names(api, `${base}/MINE/repositories`)).toEqual(['web']);
    expect(box.state().github?.users?.['ada']?.codespaces).toMatchObject({
      MINE: { value: 'x', visibility: 'selected', selected: ['acme/web'] },
    });
  });
});
