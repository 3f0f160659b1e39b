import { describe, expect, it } from 'vitest';

import { circleci, contextId } from './circleci.ts';
import { agreeing, createClock, sandbox, tokenNamed } from './support.ts';

describe('contexts at CircleCI', () => {
  it('are listed by the slug or the id of their organization', async () => {
    const api = circleci(await sandbox());
    const { organization_id: id } = (await api('GET', '/project/gh/acme/web')).body;
    for (const query of [
      'owner-slug=gh/acme',
      'owner-slug=github%2Facme&owner-type=organization',
      `owner-id=${id}`,
      `owner-id=${id}&owner-type=account`,
    ]) {
      const { body } = await api('GET', `/context?${query}`);
      expect(body).toEqual({
        items: ['deploy', 'release'].map((name) => ({
          id: expect.stringMatching(
            /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-8[0-9a-f]{3}-/,
          ) as string,
          name,
          created_at: expect.any(String) as string,
        })),
        next_page_token: null,
      });
    }
    const named = await api('GET', '/context?owner-slug=gh/acme&name=deploy');
    expect(named.body.items).toMatchObject([{ name: 'deploy' }]);
  });

  it('have pages', async () => {
    const contexts = Object.fromEntries(Array.from({ length: 25 }, (_, i) => [`gh/a/c${i}`, {}]));
    const box = await sandbox({ world: { circleci: { contexts, tokens: [{ token: 't' }] } } });
    const api = circleci(box, 't');
    const first = (await api('GET', '/context?owner-slug=gh/a')).body;
    expect(first.items).toHaveLength(20);
    const path = `/context?owner-slug=gh/a&page-token=${first.next_page_token}`;
    expect((await api('GET', path)).body).toMatchObject({
      items: Array.from({ length: 5 }, (_, i) => ({ name: `c${i + 20}` })),
      next_page_token: null,
    });
  });

  it.each([
    ['', 400],
    ['owner-slug=gh/acme&owner-id=x', 400],
    ['owner-slug=gh/acme&owner-type=account', 400],
    ['owner-slug=gh/acme&owner-type=user', 400],
    ['owner-slug=gh/none', 404],
    ['owner-id=00000000-0000-4000-8000-000000000000', 404],
  ])('are not listed for %j', async (query, status) => {
    expect((await circleci(await sandbox())('GET', `/context?${query}`)).status).toBe(status);
  });

  it('of a server install belong to accounts that have ids only', async () => {
    const box = await sandbox({
      world: {
        circleci: {
          contexts: { 'gh/acme/deploy': {} },
          organizations: { 'gh/acme': { id: 'aaaaaaaa-0000-4000-8000-000000000000' } },
          tokens: [{ token: 't' }],
          behaviour: { install: 'server' },
        },
      },
    });
    const statusOf = async (query: string) =>
      (await circleci(box, 't')('GET', `/context?${query}`)).status;
    const id = 'owner-id=aaaaaaaa-0000-4000-8000-000000000000';
    expect(await statusOf('owner-slug=gh/acme')).toBe(400);
    expect(await statusOf(id)).toBe(404);
    expect(await statusOf(`${id}&owner-type=account`)).toBe(200);
  });

  it('are created and deleted', async () => {
    const api = circleci(await sandbox());
    const request = { name: 'new', owner: { slug: 'gh/acme', type: 'organization' } };
    const { status, body } = await api('POST', '/context', request);
    expect([status, body.name]).toEqual([200, 'new']);
    expect((await api('POST', '/context', request)).status).toBe(409);
    expect((await api('GET', `/context/${body.id}`)).body).toMatchObject(body);
    expect((await api('DELETE', `/context/${body.id}`)).status).toBe(200);
    const gone = await api('GET', `/context/${body.id}`);
    expect([gone.status, gone.body.message]).toEqual([404, 'Context not found.']);
  });
});

describe('variables of a context', () => {
  it('hold the token ci-circleci beside a neighbour, and show their ends in lists', async () => {
    const box = await sandbox();
    const api = circleci(box);
    const { id = '', token = '' } = tokenNamed(box.state(), 'ci-circleci');
    expect(box.state().circleci?.contexts?.['gh/acme/deploy']).toMatchObject({
      PLANETSCALE_SERVICE_TOKEN_ID: { value: id },
      PLANETSCALE_SERVICE_TOKEN: { value: token },
      DEPLOY_KEY: {},
    });
    const context = await contextId(api, 'deploy');
    const { body } = await api('GET', `/context/${context}/environment-variable`);
    expect(body.items).toHaveLength(3);
    expect(body.items[1]).toEqual({
      variable: 'PLANETSCALE_SERVICE_TOKEN',
      context_id: context,
      created_at: expect.any(String) as string,
      updated_at: expect.any(String) as string,
      truncated_value: token.slice(-4),
    });
  });

  it('are written in place, and the answer shows no end of the value', async () => {
    const clock = createClock();
    const box = await sandbox({ clocks: agreeing, clock: clock.now });
    const api = circleci(box);
    const id = await contextId(api, 'release');
    const path = `/context/${id}/environment-variable/A`;
    await api('PUT', path, { value: 'first' });
    clock.advance(1000);
    const { status, body } = await api('PUT', path, { value: 'second' });
    expect([status, body]).toEqual([
      200,
      {
        variable: 'A',
        context_id: id,
        created_at: '2026-01-15T00:00:00.000Z',
        updated_at: '2026-01-15T00:00:01.000Z',
      },
    ]);
    expect(box.state().circleci?.contexts?.['gh/acme/release']?.['A']?.value).toBe('second');
    expect((await api('DELETE', path)).status).toBe(200);
    expect((await api('DELETE', path)).status).toBe(404);
  });

  it('may show the end of a new value later', async () => {
    const clock = createClock();
    const box = await sandbox({
      clocks: agreeing,
      clock: clock.now,
      world: {
        circleci: {
          contexts: { 'gh/acme/deploy': {} },
          tokens: [{ token: 't' }],
          behaviour: { tailDelayMs: 5000 },
        },
      },
    });
    const api = circleci(box, 't');
    const path = `/context/${await contextId(api, 'deploy')}/environment-variable`;
    await api('PUT', `${path}/A`, { value: 'some value' });
    expect((await api('GET', path)).body.items[0]).not.toHaveProperty('truncated_value');
    clock.advance(5000);
    expect((await api('GET', path)).body.items[0]).toHaveProperty('truncated_value', 'alue');
  });

  it('are a hundred at most, each of which can still be written', async () => {
    const variables = Object.fromEntries(
      Array.from({ length: 100 }, (_, i) => [`V${i}`, { value: 'x' }]),
    );
    const contexts = { 'gh/acme/deploy': variables };
    const box = await sandbox({ world: { circleci: { contexts, tokens: [{ token: 't' }] } } });
    const api = circleci(box, 't');
    const path = `/context/${await contextId(api, 'deploy')}/environment-variable`;
    expect((await api('PUT', `${path}/V7`, { value: 'y' })).status).toBe(200);
    expect((await api('PUT', `${path}/MORE`, { value: 'y' })).status).toBe(400);
  });

  it.each([
    ['A-B', { value: 'x' }],
    [`A${'B'.repeat(300)}`, { value: 'x' }],
    ['A', {}],
    ['A', { value: null }],
    ['A', { value: 'x'.repeat(32_769) }],
  ])('%.5s is refused with %.20j', async (name, body) => {
    const api = circleci(await sandbox());
    const path = `/context/${await contextId(api, 'deploy')}/environment-variable/${name}`;
    expect((await api('PUT', path, body)).status).toBe(400);
  });
});

describe('restrictions of a context', () => {
  it('stay while its variables change', async () => {
    const box = await sandbox();
    const api = circleci(box);
    const id = await contextId(api, 'deploy');
    const before = (await api('GET', `/context/${id}/restrictions`)).body;
    expect(before.items).toMatchObject([{ name: 'web', restriction_type: 'project' }]);
    await api('PUT', `/context/${id}/environment-variable/DEPLOY_KEY`, { value: 'x' });
    expect((await api('GET', `/context/${id}/restrictions`)).body).toEqual(before);
  });

  it('are added once and taken away', async () => {
    const api = circleci(await sandbox());
    const path = `/context/${await contextId(api, 'release')}/restrictions`;
    const { id: project } = (await api('GET', '/project/gh/acme/api')).body;
    const body = { restriction_type: 'project', restriction_value: project };
    const created = await api('POST', path, body);
    expect([created.status, created.body]).toEqual([
      201,
      { id: expect.any(String) as string, name: 'api', project_id: project, ...body },
    ]);
    expect((await api('POST', path, body)).status).toBe(409);
    expect((await api('DELETE', `${path}/${created.body.id}`)).status).toBe(200);
    expect((await api('DELETE', `${path}/${created.body.id}`)).status).toBe(400);
  });

  it.each([
    { restriction_type: 'project', restriction_value: 'none' },
    { restriction_type: 'user', restriction_value: 'x' },
    { restriction_type: 'expression' },
  ])('are not added as %j', async (body) => {
    const api = circleci(await sandbox());
    const path = `/context/${await contextId(api, 'release')}/restrictions`;
    expect((await api('POST', path, body)).status).toBe(400);
  });

  it('for groups let only their members change its variables', async () => {
    const organization = 'aaaaaaaa-0000-4000-8000-000000000000';
    const restricted = (value: string) => ({ restrictions: [{ type: 'group' as const, value }] });
    const box = await sandbox({
      world: {
        circleci: {
          contexts: { 'gh/acme/some': { A: { value: 'x' } }, 'gh/acme/all': {} },
          organizations: { 'gh/acme': { id: organization } },
          contextDetails: {
            'gh/acme/some': restricted('group-1'),
            'gh/acme/all': restricted(organization),
          },
          tokens: [{ token: 'member', groups: ['group-1'] }, { token: 'other' }],
        },
      },
    });
    const statusOf = async (token: string, name: string, method: string) => {
      const api = circleci(box, token);
      const path = `/context/${await contextId(api, name)}/environment-variable`;
      const isList = method === 'GET';
      const body = method === 'PUT' ? { value: 'y' } : undefined;
      return (await api(method, isList ? path : `${path}/A`, body)).status;
    };
    expect(await statusOf('other', 'some', 'GET')).toBe(200);
    expect(await statusOf('other', 'some', 'PUT')).toBe(403);
    expect(await statusOf('other', 'some', 'DELETE')).toBe(403);
    expect(await statusOf('member', 'some', 'PUT')).toBe(200);
    expect(await statusOf('other', 'all', 'PUT')).toBe(200);
  });
});
