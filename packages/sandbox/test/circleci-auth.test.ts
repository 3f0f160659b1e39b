import { describe, expect, it } from 'vitest';

import { circleci } from './circleci.ts';
import { client, control, createClock, sandbox } from './support.ts';

const WEB = '/project/gh/acme/web/envvar';
const DEPLOY = '/context?owner-slug=gh/acme';
const places = {
  projects: { 'gh/acme/web': { A: { value: 'x' } }, 'gh/other/web': {} },
  contexts: { 'gh/acme/deploy': {} },
};

describe('authentication at CircleCI', () => {
  it('takes a token in any of its headers', async () => {
    const { urls, env } = await sandbox();
    const token = env['CIRCLECI_TOKEN'] ?? '';
    for (const headers of [
      { 'circle-token': token },
      { authorization: `Bearer ${token}` },
      { authorization: `Basic ${Buffer.from(`${token}:`).toString('base64')}` },
    ]) {
      const response = await fetch(`${urls.circleci}/api/v2/me`, { headers });
      expect([response.status, await response.json()]).toEqual([
        200,
        { id: expect.any(String) as string, login: 'ada', name: 'ada', avatar_url: null },
      ]);
    }
  });

  it('refuses a wrong one, and one in the address', async () => {
    const { urls, env } = await sandbox();
    const ask = async (path: string, authorization?: string) => {
      const { status, body } = await client(`${urls.circleci}/api/v2`, authorization)('GET', path);
      return [status, body.message];
    };
    const invalid = [401, 'Invalid token provided.'];
    expect(await ask(WEB)).toEqual(invalid);
    expect(await ask(WEB, 'Bearer wrong')).toEqual(invalid);
    expect(await ask(WEB, 'Bearer')).toEqual(invalid);
    expect(await ask(`/me?circle-token=${env['CIRCLECI_TOKEN']}`)).toEqual([
      401,
      expect.stringMatching(/^Support for query parameter authentication/),
    ]);
  });

  it('ends with the token', async () => {
    const clock = createClock();
    const box = await sandbox({
      clock: clock.now,
      world: {
        circleci: { ...places, tokens: [{ token: 't', expiresAt: '2026-01-15T00:00:01Z' }] },
      },
    });
    expect((await circleci(box, 't')('GET', WEB)).status).toBe(200);
    clock.advance(1000);
    expect((await circleci(box, 't')('GET', WEB)).status).toBe(401);
  });

  it.each([
    ['a project’s token', { kind: 'project' }, 401, 401],
    ['a token from before 2023-06-23', { kind: 'old' }, 200, 401],
    ['somebody else’s token', { organizations: ['gh/other'] }, 404, 404],
    ['a token that may only read', { access: 'read' }, 200, 200],
  ] as const)('%s', async (_, more, project, contexts) => {
    const box = await sandbox({
      world: { circleci: { ...places, tokens: [{ token: 't', ...more }] } },
    });
    const api = circleci(box, 't');
    expect((await api('GET', WEB)).status).toBe(project);
    expect((await api('GET', DEPLOY)).status).toBe(contexts);
  });

  it('answers 403 where a token may only read', async () => {
    const box = await sandbox({
      world: { circleci: { ...places, tokens: [{ token: 't', access: 'read' }] } },
    });
    const api = circleci(box, 't');
    const { id } = (await api('GET', DEPLOY)).body.items[0];
    const variable = `/context/${id}/environment-variable/A`;
    for (const [method, path, body] of [
      ['POST', WEB, { name: 'A', value: 'y' }],
      ['DELETE', `${WEB}/A`, undefined],
      ['PUT', variable, { value: 'y' }],
      ['DELETE', variable, undefined],
      ['DELETE', `/context/${id}`, undefined],
      ['POST', '/context', { name: 'b', owner: { slug: 'gh/acme' } }],
    ] as const)
      expect((await api(method, path, body)).body).toEqual({ message: 'Permission denied.' });
  });

  it('may be answered in plain text by a fault', async () => {
    const box = await sandbox();
    const action = { status: 429, headers: { 'retry-after': '3' }, body: 'Rate limited.' };
    await control(box)('POST', '/faults', { provider: 'circleci', times: 1, action });
    const reply = await circleci(box)('GET', WEB);
    expect([reply.status, reply.text, reply.headers.get('content-type')]).toEqual([
      429,
      'Rate limited.',
      'text/plain; charset=utf-8',
    ]);
  });
});

describe('a world of CircleCI', () => {
  it.each([
    { projects: { 'acme/web': {} } },
    { projects: { 'gl/acme/web': {} } },
    { contexts: { 'gh/acme': {} } },
    { contexts: { 'acme/deploy/x': {} } },
    { organizations: { acme: {} } },
  ])('that names something else is refused: %j', async (circleci_) => {
    const box = await sandbox();
    const { status } = await control(box)('POST', '/seed', { circleci: circleci_ });
    expect(status).toBe(400);
  });

  it('gives the variables that point keyturn at it', async () => {
    const box = await sandbox();
    expect(box.env).toMatchObject({
      CIRCLE_HOST: box.urls.circleci,
      CIRCLECI_TOKEN: box.state().circleci?.tokens?.[0]?.token,
    });
  });
});
