import { describe, expect, it } from 'vitest';

import type { GitHubInstallationWorld } from '../src/index.ts';
import { createApp } from './apps.ts';
import {
  agreeing,
  client,
  createClock,
  github,
  putSecret,
  sandbox,
  type Client,
} from './support.ts';

const app = createApp();
const SECRETS = '/actions/secrets';
const secret = { DEPLOY_KEY: { value: 'x' } };
const permissions = { secrets: 'write', organization_secrets: 'write' } as const;

async function open(changes: Partial<GitHubInstallationWorld> = {}) {
  const clock = createClock();
  const installation = { id: 11, account: 'acme', permissions, ...changes };
  const apps = [
    { id: 7, clientId: 'Iv23.x', publicKey: app.publicKey, installations: [installation] },
  ];
  const world = {
    github: {
      'acme/web': { actions: secret },
      'acme/api': { actions: secret },
      'ada/dotfiles': { actions: secret },
      organizations: { acme: {}, other: {} },
      apps,
    },
  };
  const box = await sandbox({ clocks: agreeing, clock: clock.now, world });
  const asApp = (claims?: object, header?: object): Client =>
    client(box.urls.github, app.bearer(clock.now(), claims, header));
  const token = async (body?: object): Promise<string> =>
    (await asApp()('POST', '/app/installations/11/access_tokens', body)).body.token;
  return { box, clock, asApp, token };
}

describe('a GitHub App', () => {
  it('proves itself by what its key has signed, under its id or its client id', async () => {
    const { asApp } = await open();
    for (const iss of ['7', 7, 'Iv23.x']) {
      const { status, body } = await asApp({ iss })('GET', '/app');
      expect([status, body.id]).toEqual([200, 7]);
    }
  });

  const now = createClock().now() / 1000;
  it.each<[string, number, RegExp, object, object?]>([
    ['begun in the future', 401, /^'Issued at' claim \('iat'\)/, { iat: now + 30 }],
    ['without a beginning', 401, /^'Issued at' claim \('iat'\)/, { iat: undefined }],
    ['that has ended', 401, /^'Expiration time' claim .* future time/, { exp: now }],
    ['for more than ten minutes', 401, /is too far in the future$/, { exp: now + 660 }],
    ['of an unknown App', 404, /^Integration not found$/, { iss: '8' }],
    ['that is not signed', 401, /could not be decoded$/, {}, { alg: 'none' }],
  ])('is refused a token %s', async (_, status, message, claims, header) => {
    const { asApp } = await open();
    const reply = await asApp(claims, header)('GET', '/orgs/acme/installation');
    expect([reply.status, reply.body.message]).toEqual([status, expect.stringMatching(message)]);
  });

  it('is refused with the key of another', async () => {
    const { box, clock } = await open();
    const stranger = client(box.urls.github, createApp().bearer(clock.now()));
    expect((await stranger('GET', '/app')).status).toBe(401);
    expect((await client(box.urls.github, 'token x')('GET', '/app')).status).toBe(401);
  });

  it('finds where it is installed by organization, account and repository', async () => {
    const { asApp } = await open({ repositories: ['acme/web'] });
    const find = async (path: string) => {
      const { status, body } = await asApp()('GET', `${path}/installation`);
      return [status, body.id];
    };
    expect(await find('/orgs/Acme')).toEqual([200, 11]);
    expect(await find('/users/acme')).toEqual([200, 11]);
    expect(await find('/repos/acme/Web')).toEqual([200, 11]);
    expect(await find('/repos/acme/api')).toEqual([404, undefined]);
    expect(await find('/orgs/other')).toEqual([404, undefined]);
    expect((await asApp()('GET', '/app/installations')).body).toMatchObject([
      { id: 11, account: { login: 'acme' }, repository_selection: 'selected' },
    ]);
    expect((await asApp()('GET', '/app/installations/12')).status).toBe(404);
  });

  it('can do nothing else by itself', async () => {
    const { asApp } = await open();
    expect((await asApp()('GET', `/repos/acme/web${SECRETS}`)).status).toBe(401);
  });
});

describe("an installation's token", () => {
  it('may do for an hour what the installation may, on what its account has', async () => {
    const { box, clock, asApp } = await open();
    const made = await asApp()('POST', '/app/installations/11/access_tokens');
    expect(made.status).toBe(201);
    expect(made.body).toMatchObject({
      token: expect.stringMatching(/^ghs_\w{36}$/),
      expires_at: new Date(clock.now() + 3_600_000).toISOString().replace('.000', ''),
      permissions,
      repository_selection: 'all',
    });
    const api = github(box, made.body.token);
    expect((await putSecret(api, `/repos/acme/web${SECRETS}`, 'X', 'y')).status).toBe(201);
    expect((await api('GET', `/orgs/acme${SECRETS}`)).status).toBe(200);
    expect((await api('GET', `/orgs/other${SECRETS}`)).status).toBe(403);
    expect((await api('GET', `/repos/ada/dotfiles${SECRETS}`)).status).toBe(404);
    const listed = await api('GET', '/installation/repositories');
    expect(listed.body).toMatchObject({ total_count: 2 });
    clock.advance(3_600_000);
    expect((await api('GET', `/repos/acme/web${SECRETS}`)).status).toBe(401);
  });

  it('may be asked to do less, and never more', async () => {
    const { box, asApp, token } = await open();
    const less = { repositories: ['web'], permissions: { secrets: 'read' } };
    const api = github(box, await token(less));
    expect((await api('GET', `/repos/acme/web${SECRETS}`)).status).toBe(200);
    expect((await putSecret(api, `/repos/acme/web${SECRETS}`, 'X', 'y')).status).toBe(403);
    expect((await api('GET', `/repos/acme/api${SECRETS}`)).status).toBe(404);
    for (const more of [{ permissions: { administration: 'read' } }, { repositories: ['nothing'] }])
      expect((await asApp()('POST', '/app/installations/11/access_tokens', more)).status).toBe(422);
  });

  it('has no way into the Codespaces secrets of an organization', async () => {
    const { box, token } = await open({
      permissions: { organization_codespaces_secrets: 'write' },
    });
    const { status, body } = await github(box, await token())(
      'GET',
      '/orgs/acme/codespaces/secrets',
    );
    expect([status, body.message]).toEqual([403, 'Resource not accessible by integration']);
  });

  it('is not made where the installation is suspended, and ends when it is given back', async () => {
    const { box, token } = await open();
    const api = github(box, await token());
    expect((await api('DELETE', '/installation/token')).status).toBe(204);
    expect((await api('GET', `/repos/acme/web${SECRETS}`)).status).toBe(401);
    const suspended = await (await open({ suspended: true })).asApp()(
      'POST',
      '/app/installations/11/access_tokens',
    );
    expect(suspended.status).toBe(403);
  });
});
