import { errorOf, startServer } from '@keyturn/core/testing';
import { createFetch } from '@keyturn/http';
import { startSandbox, type GitHubInstallationWorld, type RecordedRequest } from '@keyturn/sandbox';
import { describe, expect, it, onTestFinished } from 'vitest';

import githubSink from '../src/index.ts';
import { APP_ID, appEnv, appWorld, KEY_LINE, PEM, tokensMade } from './app.ts';
import { call, contextFor, NOW, openSink, TOKEN } from './context.ts';
import { control, github } from './world.ts';

const entries = [
  { name: 'TOKEN_ID', value: 'new-id' },
  { name: 'TOKEN', value: 'new-secret' },
];
const names = entries.map(({ name }) => name);

async function setUp(installation: Partial<GitHubInstallationWorld> = {}) {
  let now = NOW;
  const world = { github: appWorld(installation) };
  const sandbox = await startSandbox({ clock: () => now, world });
  onTestFinished(() => sandbox.close());
  const clock = { now: () => now, sleep: () => Promise.resolve() };
  const random = (): number => 0.5;
  const fetch = createFetch({ env: {}, clock, random });
  onTestFinished(() => fetch.close());
  return {
    sandbox,
    advance: (milliseconds: number) => (now += milliseconds),
    open: (target: string, env: Record<string, string | undefined> = {}) =>
      openSink(target, '', { fetch, clock, env: appEnv(sandbox.urls.github, env) }),
    /** The requests that the App made for itself. */
    asApp: async () => {
      const answer = await control(sandbox, 'GET', '/requests');
      return ((await answer.json()) as RecordedRequest[])
        .map(({ method, path }) => `${method} ${path}`)
        .filter((request) => /installation/.test(request));
    },
  };
}

const LOOK_UP = 'GET /orgs/acme/installation';
const MAKE = 'POST /app/installations/42/access_tokens';

describe('a GitHub App', () => {
  it('delivers to everything of an owner with one token', async () => {
    const { sandbox, open, asApp } = await setUp();
    const targets = ['github:acme/web', 'github:ACME/api?environment=production', 'github:acme'];
    const sinks = await Promise.all(targets.map((target) => open(target)));
    await Promise.all(sinks.map((sink) => sink.check(names, call)));
    await Promise.all(sinks.map((sink) => sink.deliver(entries, call)));
    expect(sandbox.state().github).toMatchObject({
      'acme/web': { actions: { TOKEN: { value: 'new-secret' } } },
      'acme/api': { environments: { production: { TOKEN: { value: 'new-secret' } } } },
      organizations: { acme: { actions: { TOKEN: { value: 'new-secret' } } } },
    });
    expect(await asApp()).toEqual([LOOK_UP, MAKE]);
  });

  it('makes another token before the first one ends', async () => {
    const { sandbox, open, advance, asApp } = await setUp();
    const sink = await open('github:acme/web');
    await sink.check(names, call);
    advance(54 * 60_000);
    await sink.check(names, call);
    expect(await asApp()).toEqual([LOOK_UP, MAKE]);
    advance(5 * 60_000);
    await sink.deliver(entries, call);
    expect(tokensMade(sandbox)).toHaveLength(2);
  });

  it('makes another token once GitHub takes one no longer', async () => {
    const { sandbox, open } = await setUp();
    const sink = await open('github:acme/web');
    await sink.check(names, call);
    await control(sandbox, 'POST', '/seed', { github: appWorld() });
    await expect(errorOf(sink.check(names, call))).resolves.toMatchObject({ code: 'AUTH_DENIED' });
    await expect(sink.check(names, call)).resolves.toMatchObject({ warnings: [] });
  });

  it.each([
    ['on one line', PEM.replaceAll('\n', String.raw`\n`)],
    ['in base64', Buffer.from(PEM).toString('base64')],
    ['with blanks around it', `\n${PEM}\n `],
  ])('takes its key %s', async (_, key) => {
    const { open } = await setUp();
    const sink = await open('github:acme/web', { GITHUB_APP_PRIVATE_KEY: key });
    await expect(sink.check(names, call)).resolves.toMatchObject({ warnings: [] });
  });

  it('is known by its client id too, and looks nothing up where its installation is named', async () => {
    const { open, asApp } = await setUp();
    const env = { GITHUB_APP_ID: 'Iv23liCanary', GITHUB_APP_INSTALLATION_ID: '42' };
    await (await open('github:acme/web', env)).check(names, call);
    expect(await asApp()).toEqual([MAKE]);
  });

  it('is told to be what the sink acts with, and its token is not', async () => {
    const { sandbox, open } = await setUp();
    const sink = await open('github:acme/web', { GITHUB_TOKEN: TOKEN });
    const report = await sink.credentials?.(call);
    expect(report).toEqual({
      source: 'GITHUB_APP_ID',
      form: `the GitHub App ${APP_ID}`,
      warnings: [],
    });
    for (const token of tokensMade(sandbox)) expect(JSON.stringify(report)).not.toContain(token);
  });

  it('is who delivers, even where a token is set', async () => {
    const { open, asApp } = await setUp();
    await (await open('github:acme/web', { GITHUB_TOKEN: TOKEN })).check(names, call);
    expect(await asApp()).toEqual([LOOK_UP, MAKE]);
  });

  it('is found at a person, and at a server of one’s own', async () => {
    const { sandbox, open, asApp } = await setUp({ account: 'ada' });
    const world = appWorld({ account: 'ada' });
    await control(sandbox, 'POST', '/seed', {
      github: { ...world, 'ada/dotfiles': { actions: {} } },
    });
    const env = { GITHUB_API_URL: `${sandbox.urls.github}/api/v3` };
    await (await open('github:ada/dotfiles', env)).deliver(entries, call);
    expect(await asApp()).toEqual([
      'GET /api/v3/orgs/ada/installation',
      'GET /api/v3/users/ada/installation',
      `POST /api/v3/app/installations/42/access_tokens`,
    ]);
  });

  it('means by a pattern the repositories that it is installed on, private ones of a person too', async () => {
    const { sandbox } = await setUp();
    for (const account of ['acme', 'ada']) {
      const repositories = [`${account}/web`, `${account}/private`];
      const world = appWorld({ account, repositories });
      const fresh = Object.fromEntries(
        [...repositories, `${account}/other`].map((name) => [name, {}]),
      );
      await control(sandbox, 'POST', '/seed', { github: { ...world, ...fresh } });
      const context = contextFor('', { env: appEnv(sandbox.urls.github) });
      const expansion = await githubSink.expand(`github:${account}/*`, context, call);
      expect(expansion?.targets.toSorted()).toEqual([
        `github:${account}/private`,
        `github:${account}/web`,
      ]);
    }
  });
});

describe('a GitHub App that is refused', () => {
  it.each<[string, Partial<GitHubInstallationWorld>, object, string, RegExp]>([
    ['by id', {}, { GITHUB_APP_ID: '9' }, 'TARGET_NOT_FOUND', /GITHUB_APP_ID/],
    ['where it is not installed', { account: 'other' }, {}, 'TARGET_NOT_FOUND', /Install the App/],
    ['when it is suspended', { suspended: true }, {}, 'PERMISSION_DENIED', /suspended/],
    [
      'with another installation',
      {},
      { GITHUB_APP_INSTALLATION_ID: '43' },
      'TARGET_NOT_FOUND',
      /GITHUB_APP_INSTALLATION_ID/,
    ],
    [
      'for want of a permission',
      { permissions: { metadata: 'read' } },
      {},
      'PERMISSION_DENIED',
      /App.*repository permission "Secrets: write"/,
    ],
  ])('%s', async (_, installation, env, code, hint) => {
    const { open } = await setUp(installation);
    const sink = await open('github:acme/web', { ...env });
    const error = await errorOf(sink.check(names, call));
    expect(error).toMatchObject({ code, effect: 'none' });
    expect(error.hint).toMatch(hint);
    expect(error.hint).not.toContain('classic');
  });

  it.each<[string, Record<string, 'read' | 'write'>, string]>([
    ['github:acme/web', { secrets: 'read' }, 'secrets: read'],
    ['github:acme/web?environment=production', { secrets: 'write' }, 'no environments'],
    ['github:acme/web?app=dependabot', { secrets: 'write' }, 'no dependabot_secrets'],
    ['github:acme/web?app=codespaces', { secrets: 'write' }, 'no codespaces_secrets'],
    ['github:acme', { secrets: 'write' }, 'no organization_secrets'],
    ['slots', { secrets: 'write', actions_variables: 'read' }, 'actions_variables: read'],
  ])(
    'by what its own token shows, before anything else is asked: %s',
    async (target, granted, why) => {
      const { open, sandbox } = await setUp({ permissions: { metadata: 'read', ...granted } });
      const opened = await open(target === 'slots' ? 'github:acme/web' : target);
      const sink = target === 'slots' ? opened.slots?.('SLOT') : opened;
      const refused = async () => errorOf(sink?.check(names, call) ?? Promise.resolve());
      const error = await refused();
      expect(error).toMatchObject({ code: 'PERMISSION_DENIED', effect: 'none' });
      expect(error.message).toContain(why);
      const list = (await (await control(sandbox, 'GET', '/requests')).json()) as RecordedRequest[];
      expect(list.map(({ method, path }) => `${method} ${path}`)).toEqual([LOOK_UP, MAKE]);
      // What is given in the meantime counts for the next check.
      await control(sandbox, 'POST', '/seed', { github: { ...github, ...appWorld() } });
      await expect(sink?.check(names, call)).resolves.toMatchObject({ warnings: [] });
    },
  );

  it('because a clock is wrong', async () => {
    const { open, sandbox } = await setUp();
    const clock = { now: () => NOW + 20 * 60_000, sleep: () => Promise.resolve() };
    const context = contextFor('', { clock, env: appEnv(sandbox.urls.github) });
    const error = await errorOf((await openSink('github:acme/web', '', context)).check([], call));
    expect(error).toMatchObject({ code: 'AUTH_DENIED', effect: 'none' });
    expect(error.hint).toContain('clock');
    await expect((await open('github:acme/web')).check([], call)).resolves.toBeDefined();
  });

  it('at the Codespaces secrets of an organization, which ask for a person', async () => {
    const { open } = await setUp();
    const error = await errorOf((await open('github:acme?app=codespaces')).check(names, call));
    expect(error.hint).toMatch(/GITHUB_TOKEN.*personal access token/);
  });

  it.each([
    ['GITHUB_APP_ID', 'not an id', /client ID/],
    ['GITHUB_APP_PRIVATE_KEY', 'CANARY-no-key', /\.pem/],
    ['GITHUB_APP_PRIVATE_KEY', PEM.replace(KEY_LINE, ''), /\.pem/],
    ['GITHUB_APP_INSTALLATION_ID', 'acme', /number/],
  ])('%s is wrong', async (name, value, hint) => {
    const fetch = (): never => expect.fail('a request was made');
    const context = contextFor('', { fetch, env: appEnv('', { [name]: value }) });
    const error = await errorOf((await openSink('github:acme/web', '', context)).check([], call));
    expect(error).toMatchObject({ code: 'CONFIG_INVALID', effect: 'none' });
    expect(error.message).toContain(name);
    expect(error.hint).toMatch(hint);
    expect(JSON.stringify([error, error.stack])).not.toMatch(/CANARY|MII/);
  });

  it('says what is missing beside half of it', async () => {
    const env = { GITHUB_APP_ID: APP_ID };
    const error = await errorOf((await openSink('github:acme/web', '', { env })).check([], call));
    expect(error).toMatchObject({ code: 'CREDENTIALS_MISSING' });
    expect(error.message).toContain('GITHUB_APP_PRIVATE_KEY');
  });

  it('shows neither key nor token of its own, and asks once', async () => {
    let jwt = '';
    await using server = await startServer({
      [LOOK_UP]: ({ headers }) => {
        jwt = String(headers.authorization).slice('Bearer '.length);
        return { status: 401, body: { message: `no ${jwt}` } };
      },
    });
    const sink = await openSink('github:acme/web', '', { env: appEnv(server.url) });
    const error = await errorOf(sink.check(names, call));
    expect(jwt.split('.')).toHaveLength(3);
    expect(JSON.stringify([error, error.stack])).not.toContain(jwt.split('.')[2]);
    expect(error).toMatchObject({ code: 'AUTH_DENIED', effect: 'none' });
    expect(server.routes).toEqual([LOOK_UP]);
  });

  it('changed nothing where making a token was not answered', async () => {
    await using server = await startServer({
      [LOOK_UP]: { status: 200, body: { id: 42 } },
      [MAKE]: { status: 502 },
    });
    const sink = await openSink('github:acme/web', '', { env: appEnv(server.url) });
    const error = await errorOf(sink.deliver(entries, call));
    expect(error).toMatchObject({ code: 'REMOTE_FAILED', effect: 'none', retryable: true });
  });

  it.each([
    [{ id: 'x' }, { token: 't' }],
    [{ id: 42 }, { token: 'two\nlines' }],
    [{ id: 42 }, {}],
  ])('when something else answers: %j, %j', async (installation, token) => {
    await using server = await startServer({
      [LOOK_UP]: { status: 200, body: installation },
      [MAKE]: { status: 201, body: token },
    });
    const sink = await openSink('github:acme/web', '', { env: appEnv(server.url) });
    const error = await errorOf(sink.check(names, call));
    expect(error).toMatchObject({ code: 'ANSWER_INVALID', effect: 'none' });
  });

  it('ends with the call that was interrupted, and not with another', async () => {
    const controller = new AbortController();
    let count = 0;
    await using server = await startServer({
      [LOOK_UP]: () => {
        count += 1;
        if (count === 1) return { status: 0, hang: true };
        controller.abort();
        return { status: 404, body: {} };
      },
      'GET /users/acme/installation': { status: 404, body: {} },
    });
    const sink = await openSink('github:acme/web', '', { env: appEnv(server.url) });
    const [first, second] = await Promise.all([
      errorOf(sink.check(names, { signal: controller.signal })),
      errorOf(sink.check(names, call)),
    ]);
    expect(first).toMatchObject({ code: 'INTERRUPTED', effect: 'none' });
    expect(second).toMatchObject({ code: 'TARGET_NOT_FOUND', effect: 'none' });
  });
});
