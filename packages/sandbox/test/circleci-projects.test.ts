import { describe, expect, it } from 'vitest';

import { circleci } from './circleci.ts';
import { agreeing, client, createClock, sandbox, tokenNamed } from './support.ts';

const WEB = '/project/gh/acme/web/envvar';

describe('variables of a project at CircleCI', () => {
  it('hold the token ci-circleci beside a neighbour, and show four characters', async () => {
    const box = await sandbox({ clocks: agreeing });
    const { id = '', token = '' } = tokenNamed(box.state(), 'ci-circleci');
    const held = {
      PLANETSCALE_SERVICE_TOKEN_ID: { value: id },
      PLANETSCALE_SERVICE_TOKEN: { value: token },
    };
    const project = box.state().circleci?.projects?.['gh/acme/web'] ?? {};
    expect(project).toMatchObject(held);
    const { body } = await circleci(box)('GET', WEB);
    const time = project['NPM_TOKEN']?.createdAt;
    const shown = (value = '') => ({ value: `xxxx${value.slice(-4)}`, 'created-at': time });
    expect(body).toEqual({
      items: [
        { name: 'NPM_TOKEN', ...shown(project['NPM_TOKEN']?.value) },
        { name: 'PLANETSCALE_SERVICE_TOKEN', ...shown(token) },
        { name: 'PLANETSCALE_SERVICE_TOKEN_ID', ...shown(id) },
      ],
      next_page_token: null,
    });
  });

  it('are overwritten by the call that creates them', async () => {
    const clock = createClock();
    const box = await sandbox({ clocks: agreeing, clock: clock.now });
    const api = circleci(box);
    const created = await api('POST', WEB, { name: 'A', value: 'first value' });
    expect([created.status, created.body]).toEqual([
      201,
      { name: 'A', value: 'xxxxalue', 'created-at': '2026-01-15T00:00:00.000Z' },
    ]);
    clock.advance(1000);
    const again = await api('POST', WEB, { name: 'A', value: 'the second' });
    expect([again.status, again.body.value]).toEqual([201, 'xxxxcond']);
    expect(box.state().circleci?.projects?.['gh/acme/web']?.['A']).toEqual({
      value: 'the second',
      createdAt: '2026-01-15T00:00:00.000Z',
      updatedAt: '2026-01-15T00:00:01.000Z',
    });
  });

  it.each([
    ['', 'xxxx'],
    ['bar', 'xxxx'],
    ['four', 'xxxx'],
    ['fünf ☃ €', 'xxxxnf  '],
    ['x'.repeat(32_768), 'xxxxxxxx'],
  ])('show the last ASCII characters of what is longer than those: %.10s', async (value, shown) => {
    const box = await sandbox();
    const { body } = await circleci(box)('POST', WEB, { name: 'A', value });
    expect(body.value).toBe(shown);
    expect(box.state().circleci?.projects?.['gh/acme/web']?.['A']?.value).toBe(value);
  });

  it('are read and deleted one by one', async () => {
    const api = circleci(await sandbox());
    expect((await api('GET', `${WEB}/NPM_TOKEN`)).body).toMatchObject({ name: 'NPM_TOKEN' });
    const deleted = await api('DELETE', `${WEB}/NPM_TOKEN`);
    expect([deleted.status, deleted.body]).toEqual([
      200,
      { message: 'Environment variable deleted.' },
    ]);
    for (const method of ['GET', 'DELETE'])
      expect((await api(method, `${WEB}/NPM_TOKEN`)).status).toBe(404);
  });

  it.each([
    '/project/gh/acme/web',
    '/project/github/acme/web',
    '/project/gh%2Facme%2Fweb',
    '/project/github%2Facme%2Fweb',
  ])('are found below %s', async (path) => {
    const api = circleci(await sandbox());
    expect((await api('GET', path)).body).toMatchObject({
      slug: 'gh/acme/web',
      organization_slug: 'gh/acme',
    });
    expect((await api('GET', `${path}/envvar`)).body.items).toHaveLength(3);
    expect((await api('GET', `${path}/envvar/NPM_TOKEN`)).body.name).toBe('NPM_TOKEN');
    expect((await api('POST', `${path}/envvar`, { name: 'A', value: 'x' })).status).toBe(201);
    expect((await api('DELETE', `${path}/envvar/A`)).status).toBe(200);
  });

  it('are found by ids alone where the project has no other name', async () => {
    const box = await sandbox({
      world: {
        circleci: {
          projects: { 'circleci/OrgId1/ProjectId1': { A: { value: 'value of a' } } },
          tokens: [{ token: 't' }],
        },
      },
    });
    const { body } = await circleci(box, 't')('GET', '/project/circleci/OrgId1/ProjectId1/envvar');
    expect(body.items).toMatchObject([{ name: 'A', value: 'xxxxof a' }]);
  });

  it('are listed in pages, whose tokens are opaque', async () => {
    const variables = Object.fromEntries(
      Array.from({ length: 5 }, (_, i) => [`V${i}`, { value: 'x' }]),
    );
    const box = await sandbox({
      world: {
        circleci: {
          projects: { 'bb/acme/web': variables },
          tokens: [{ token: 't' }],
          behaviour: { pageSize: 2 },
        },
      },
    });
    const api = circleci(box, 't');
    const names: string[] = [];
    let token: string | null = '';
    while (token !== null) {
      const query: string = token === '' ? '' : `?page-token=${token}`;
      const { body } = await api('GET', `/project/bitbucket/acme/web/envvar${query}`);
      names.push(...body.items.map(({ name }: { name: string }) => name));
      token = body.next_page_token as string | null;
    }
    expect(names).toEqual(['V0', 'V1', 'V2', 'V3', 'V4']);
    expect((await api('GET', '/project/bb/acme/web/envvar?page-token=2')).status).toBe(400);
  });

  it('are a bare list in the first version of the API', async () => {
    const box = await sandbox();
    const old = client(`${box.urls.circleci}/api/v1.1`, `Bearer ${box.env['CIRCLECI_TOKEN']}`);
    const { body } = await old('GET', '/project/github/acme/web/envvar');
    expect(body).toHaveLength(3);
    const posted = await old('POST', '/project/github/acme/web/envvar', { name: 'A', value: 'x' });
    expect(posted.status).toBe(201);
  });

  it.each([
    ['GET', '/project/gh/acme/none/envvar', undefined, 404, 'Project does not exist.'],
    ['GET', '/project/gl/acme/web/envvar', undefined, 404, 'Project does not exist.'],
    ['GET', '/project/toString/acme/web/envvar', undefined, 404, 'Project does not exist.'],
    ['GET', '/nothing', undefined, 404, 'Not found.'],
    ['PUT', WEB, {}, 404, 'Not found.'],
    ['POST', WEB, '{', 400, 'The body is not a JSON object.'],
    ['POST', WEB, { name: 'A' }, 400, 'value: must be a string.'],
    ['POST', WEB, { name: 'A', value: 5 }, 400, 'value: must be a string.'],
    ['POST', WEB, { name: '1A', value: 'x' }, 400, 'The name'],
    ['POST', WEB, { name: 'A', value: 'x'.repeat(32_769) }, 400, 'The value'],
  ])('%s %s %.20j is refused', async (method, path, body, status, message) => {
    const box = await sandbox();
    const before = box.state();
    const reply = await circleci(box)(method, path, body);
    expect([reply.status, reply.body.message]).toEqual([
      status,
      expect.stringContaining(message) as string,
    ]);
    expect(box.state()).toEqual(before);
  });
});

describe('the projects that are followed', () => {
  it('are one list of the older API, with what is followed and may be seen', async () => {
    const token = { token: 'mine', organizations: ['gh/acme', 'circleci/O'] };
    const projects = {
      'gh/acme/web': {},
      'gh/acme/api': {},
      'gh/other/web': {},
      'circleci/O/P': {},
    };
    const projectDetails = { 'gh/acme/api': { isFollowed: false } };
    const world = { circleci: { projects, projectDetails, tokens: [token] } };
    const box = await sandbox({ world });
    const api = client(`${box.urls.circleci}/api/v1.1`, 'Bearer mine');
    const { status, body } = await api('GET', '/projects');
    expect(status).toBe(200);
    expect(body).toMatchObject([
      {
        vcs_type: 'github',
        username: 'acme',
        reponame: 'web',
        vcs_url: 'https://github.com/acme/web',
      },
      { vcs_type: 'circleci', vcs_url: '//circleci.com/O/P' },
    ]);
    expect(box.state().circleci?.projectDetails?.['gh/acme/api']?.isFollowed).toBe(false);
  });
});
