import { errorOf, startServer, virtualClock, type Reply, type Routes } from '@keyturn/core/testing';
import { describe, expect, it } from 'vitest';

import githubSink from '../src/index.ts';
import { call, contextFor, NOW, openSink } from './context.ts';
import { keyPair } from './key-pair.ts';
import { repository } from './replies.ts';

const HOME = 'GET /repos/acme/web';
const KNOWN = { ...call, known: true };
const CLASSIC = { 'x-oauth-scopes': 'repo, admin:org' };
const keyOf = (place: string): string => `GET ${place}/secrets/public-key`;
const KEY = keyOf('/repos/acme/web/actions');
const dated = (reply: Reply, date: string): Reply => ({
  ...reply,
  headers: { ...reply.headers, date },
});

async function serve(routes: Routes, places = ['/repos/acme/web/actions']) {
  const { reply } = await keyPair();
  const keys = Object.fromEntries(places.map((place) => [keyOf(place), reply]));
  return startServer({ [HOME]: repository(), ...keys, ...routes });
}

describe('the place of secrets', () => {
  it.each([
    ['github:Acme/Web', '/repos/Acme/Web/actions', 'repository:7'],
    ['github:acme/web?app=dependabot', '/repos/acme/web/dependabot', 'repository:7/dependabot'],
    ['github:acme/web?app=codespaces', '/repos/acme/web/codespaces', 'repository:7/codespaces'],
    [
      'github:acme/web?environment=PRODUCTION',
      '/repos/acme/web/environments/PRODUCTION',
      'repository:7/environment:production',
    ],
    ['github:acme', '/orgs/acme/actions', 'organization:9'],
    ['github:acme?app=dependabot', '/orgs/acme/dependabot', 'organization:9/dependabot'],
  ])('%s is told by GitHub’s own id', async (target, path, place) => {
    const organization = { status: 200, body: { id: 9, login: 'acme' } };
    await using server = await serve(
      {
        'GET /repos/Acme/Web': repository(),
        'GET /orgs/acme': organization,
        [`GET ${path}/secrets/T`]: { status: 404, body: {} },
      },
      [path],
    );
    const sink = await openSink(target, server.url);
    await expect(sink.check(['T'], KNOWN)).resolves.toMatchObject({ place });
    expect(sink.server).toBe(server.url);
  });

  it('is read once for all sinks of a repository, and again a minute later', async () => {
    const paths = ['actions', 'environments/production', 'environments/staging'];
    await using server = await serve(
      {},
      paths.map((path) => `/repos/acme/web/${path}`),
    );
    const clock = virtualClock(NOW);
    const context = contextFor(server.url, { clock });
    const targets = ['', '?environment=production', '?environment=staging'];
    const sinks = await Promise.all(
      targets.map((target) => githubSink.open(`github:acme/web${target}`, context)),
    );
    const reads = (): number => server.routes.filter((route) => route === HOME).length;
    await Promise.all(sinks.map((sink) => sink.check(['T'], KNOWN)));
    expect(reads()).toBe(1);
    const { place } = (await sinks[1]?.check(['T'], KNOWN)) ?? {};
    expect([place, reads()]).toEqual(['repository:7/environment:production', 1]);
    await clock.sleep(60_001);
    await sinks[0]?.check(['T'], KNOWN);
    expect(reads()).toBe(2);
  });

  it('ends with the call that was interrupted, and not with another that shares its read', async () => {
    const controller = new AbortController();
    await using server = await serve({
      [HOME]: (_, count) => (count === 0 ? { status: 0, hang: true } : repository()),
    });
    const context = contextFor(server.url);
    const open = () => githubSink.open('github:acme/web', context);
    const [one, other] = await Promise.all([open(), open()]);
    const first = errorOf(one.check(['T'], { signal: controller.signal, known: true }));
    while (!server.routes.includes(HOME)) await new Promise(setImmediate);
    await expect(other.check(['T'], KNOWN)).resolves.toMatchObject({ place: 'repository:7' });
    controller.abort();
    await expect(first).resolves.toMatchObject({ code: 'INTERRUPTED', effect: 'none' });
  });

  it.each([403, 404, 418])('is left out where only it is answered with %i', async (status) => {
    await using server = await serve({ [HOME]: { status, body: { message: 'no' } } });
    const sink = await openSink('github:acme/web', server.url);
    await expect(sink.check(['T'], KNOWN)).resolves.toEqual({
      clock: expect.any(String),
      warnings: [],
    });
  });

  it.each([
    [502, 'REMOTE_FAILED'],
    [401, 'AUTH_DENIED'],
  ])('cannot be told where it is answered with %i', async (status, code) => {
    await using server = await serve({ [HOME]: { status, body: {} } });
    const sink = await openSink('github:acme/web', server.url);
    await expect(errorOf(sink.check(['T'], KNOWN))).resolves.toMatchObject({
      code,
      effect: 'none',
    });
  });

  it('is told with the earliest that GitHub’s clock showed, and with none of ours', async () => {
    const { reply } = await keyPair();
    const early = 'Tue, 24 Nov 2026 10:00:03 GMT';
    const late = 'Tue, 24 Nov 2026 10:00:04 GMT';
    for (const [home, key] of [
      [early, late],
      [late, early],
    ] as const) {
      await using server = await serve({
        [HOME]: dated(repository(), home),
        [KEY]: dated(reply, key),
      });
      const { clock } = await (await openSink('github:acme/web', server.url)).check(['T'], KNOWN);
      expect(clock).toBe('2026-11-24T10:00:03.000Z');
    }
    await using server = await serve({
      [HOME]: dated(repository(), 'soon'),
      [KEY]: dated(reply, ''),
    });
    const told = await (await openSink('github:acme/web', server.url)).check(['T'], KNOWN);
    expect(told).not.toHaveProperty('clock');
  });
});

describe('a place that cannot be written', () => {
  it.each<[string, Reply, RegExp, RegExp]>([
    ['archived', repository({ archived: true }), /acme\/web.*archived/, /[Uu]narchive/],
    ['disabled', repository({ disabled: true }), /acme\/web.*disabled/, /sinks/],
    [
      'read by the owner of the token',
      { ...repository({ permissions: { push: false, pull: true } }), headers: CLASSIC },
      /acme\/web.*owner of the token/,
      /role Write/,
    ],
  ])('is refused by the check: %s', async (_, home, message, hint) => {
    await using server = await serve({ [HOME]: home });
    const sink = await openSink('github:acme/web', server.url);
    const error = await errorOf(sink.check(['T'], KNOWN));
    expect(error).toMatchObject({ code: 'PERMISSION_DENIED', effect: 'none' });
    expect(error.message).toMatch(message);
    expect(error.hint).toMatch(hint);
  });

  it('is an organization that is archived, too', async () => {
    const body = { id: 9, login: 'acme', archived_at: '2026-01-01T00:00:00Z' };
    await using server = await serve({ 'GET /orgs/acme': { status: 200, body } }, [
      '/orgs/acme/actions',
    ]);
    const error = await errorOf((await openSink('github:acme', server.url)).check([], KNOWN));
    expect(error).toMatchObject({ code: 'PERMISSION_DENIED' });
    expect(error.message).toMatch(/acme.*archived/);
  });

  it('is not told by the role that GitHub shows of a fine-grained token or an App', async () => {
    await using server = await serve({ [HOME]: repository({ permissions: { push: false } }) });
    const sink = await openSink('github:acme/web', server.url);
    await expect(sink.check(['T'], KNOWN)).resolves.toMatchObject({ place: 'repository:7' });
  });
});

describe('a repository that was renamed', () => {
  const redirect = (location: string): Reply => ({ status: 301, headers: { location } });
  const moved = {
    [HOME]: redirect('/repositories/7'),
    'GET /repositories/7': repository({ full_name: 'acme/site' }),
    [KEY]: redirect('/repositories/7/actions/secrets/public-key'),
  };

  it('is refused by the check under its old name, with the new one', async () => {
    await using server = await serve({
      ...moved,
      'GET /repositories/7/actions/secrets/public-key': (await keyPair()).reply,
    });
    const sink = await openSink('github:acme/web', server.url);
    expect(await errorOf(sink.check(['T'], KNOWN))).toMatchObject({
      code: 'TARGET_NOT_FOUND',
      effect: 'none',
      message: expect.stringMatching(/acme\/web.*acme\/site/),
      hint: expect.stringContaining('acme/site'),
    });
  });

  it('is told apart where something in between has followed the redirect already', async () => {
    await using server = await serve({ [HOME]: repository({ full_name: 'other/web' }) });
    const sink = await openSink('github:acme/web', server.url);
    const error = await errorOf(sink.check(['T'], KNOWN));
    expect(error.message).toContain('other/web');
  });

  it.each(['acme/site', 'https://evil.example/\u001b[31m'])(
    'is told by a look too, without passing on what is no name: %s',
    async (name) => {
      const at = '/repositories/7/actions/secrets/T';
      await using server = await serve({
        ...moved,
        'GET /repositories/7': repository({ full_name: name }),
        'GET /repos/acme/web/actions/secrets/T': redirect(at),
        [`GET ${at}`]: { status: 200, body: {} },
      });
      const sink = await openSink('github:acme/web', server.url);
      const error = await errorOf(sink.confirm([{ name: 'T' }], {}, call));
      expect(error).toMatchObject({ code: 'TARGET_NOT_FOUND', effect: 'none' });
      const isName = name === 'acme/site';
      expect(error.message.includes(name)).toBe(isName);
      expect(error.hint).toContain('new name');
    },
  );
});
