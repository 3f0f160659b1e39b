import { errorOf, type Reply, startServer } from '@keyturn/core/testing';
import { describe, expect, it } from 'vitest';

import { call, NOW, openSink } from './context.ts';
import { keyPair } from './key-pair.ts';

const entry = { name: 'TOKEN', value: 'x' };
const secret = (visibility: string): Reply => ({
  status: 200,
  body: { name: 'TOKEN', created_at: 'x', updated_at: 'x', visibility },
});
const page = (total: number, ids: readonly number[]): Reply => ({
  status: 200,
  body: { total_count: total, repositories: ids.map((id) => ({ id, name: `r${id}` })) },
});

async function deliverTo(
  target: string,
  routes: Record<string, Reply>,
  base = '/orgs/acme/actions/secrets',
): Promise<{
  routes: readonly string[];
  sent: Record<string, unknown> | undefined;
  error?: unknown;
}> {
  await using server = await startServer({
    [`GET ${base}/public-key`]: (await keyPair()).reply,
    [`PUT ${base}/TOKEN`]: { status: 204 },
    ...routes,
  });
  const sink = await openSink(target, server.url);
  const error = await sink.deliver([entry], call).then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  const sent = server.received.find(({ route }) => route.startsWith('PUT '))?.body;
  const { encrypted_value: _, key_id: __, ...access } = sent ?? {};
  return { routes: server.routes, sent: sent && access, error };
}

describe('an organization', () => {
  const base = '/orgs/acme/actions/secrets';
  const list = (number: number): string =>
    `GET ${base}/TOKEN/repositories?per_page=100&page=${number}`;

  it.each(['all', 'private'])('keeps the visibility %s, whatever the target says', async (now) => {
    const { sent } = await deliverTo('github:acme?visibility=selected', {
      [`GET ${base}/TOKEN`]: secret(now),
    });
    expect(sent).toEqual({ visibility: now });
  });

  it.each([[null], [7], [{ id: 'x' }], [{}]])(
    'is not written where %j is among the repositories that see it',
    async (repository) => {
      const { sent, error } = await deliverTo('github:acme', {
        [`GET ${base}/TOKEN`]: secret('selected'),
        [list(1)]: { status: 200, body: { total_count: 1, repositories: [repository] } },
      });
      expect(error).toMatchObject({ code: 'ANSWER_INVALID', effect: 'none' });
      expect(sent).toBeUndefined();
    },
  );

  it('keeps every selected repository, over all pages', async () => {
    const ids = Array.from({ length: 230 }, (_, i) => i + 1);
    const { sent } = await deliverTo('github:acme', {
      [`GET ${base}/TOKEN`]: secret('selected'),
      [list(1)]: page(230, ids.slice(0, 100)),
      [list(2)]: page(230, ids.slice(100, 200)),
      [list(3)]: page(230, ids.slice(200)),
    });
    expect(sent).toEqual({ visibility: 'selected', selected_repository_ids: ids });
  });

  it('keeps a selection of nothing', async () => {
    const { sent } = await deliverTo('github:acme', {
      [`GET ${base}/TOKEN`]: secret('selected'),
      [list(1)]: page(0, []),
    });
    expect(sent).toEqual({ visibility: 'selected', selected_repository_ids: [] });
  });

  it.each([
    ['github:acme', { visibility: 'private' }],
    ['github:acme?visibility=all', { visibility: 'all' }],
    ['github:acme?visibility=selected', { visibility: 'selected', selected_repository_ids: [] }],
  ])('%s: shares a new secret as the target says', async (target, access) => {
    const { sent } = await deliverTo(target, { [`GET ${base}/TOKEN`]: { status: 404 } });
    expect(sent).toEqual(access);
  });

  it('sends Dependabot the ids as text', async () => {
    const dependabot = '/orgs/acme/dependabot/secrets';
    const { sent } = await deliverTo(
      'github:acme?app=dependabot',
      {
        [`GET ${dependabot}/TOKEN`]: secret('selected'),
        [`GET ${dependabot}/TOKEN/repositories?per_page=100&page=1`]: page(1, [7]),
      },
      dependabot,
    );
    expect(sent).toEqual({ visibility: 'selected', selected_repository_ids: ['7'] });
  });

  it.each<[string, Record<string, Reply>]>([
    ['some repositories are not shown', { [list(1)]: page(3, [1, 2]), [list(2)]: page(3, []) }],
    ['the list may not be read', { [list(1)]: { status: 403, body: { message: 'no' } } }],
    ['the list breaks off', { [list(1)]: page(150, [1]), [list(2)]: { status: 404 } }],
    ['the list is something else', { [list(1)]: { status: 200, body: [] } }],
    ['the visibility is not told', { [`GET ${base}/TOKEN`]: { status: 200, body: {} } }],
    ['the secret may not be read', { [`GET ${base}/TOKEN`]: { status: 403 } }],
  ])('writes nothing where it could not keep what is there: %s', async (_title, routes) => {
    const { sent, error } = await deliverTo('github:acme', {
      [`GET ${base}/TOKEN`]: secret('selected'),
      ...routes,
    });
    expect(sent).toBeUndefined();
    expect(error).toMatchObject({ effect: 'none' });
  });

  it('reads who sees a secret in the check, and no second time for the delivery after it', async () => {
    let now = NOW;
    const clock = { now: () => now, sleep: () => Promise.resolve() };
    await using server = await startServer({
      'GET /orgs/acme': { status: 200, body: { id: 9, login: 'acme' } },
      [`GET ${base}/public-key`]: (await keyPair()).reply,
      [`GET ${base}/TOKEN`]: secret('selected'),
      [list(1)]: (_, count) => page(1, [count + 7]),
      [`PUT ${base}/TOKEN`]: { status: 204 },
    });
    const sink = await openSink('github:acme', server.url, {
      clock,
      env: { GITHUB_API_URL: server.url, GITHUB_TOKEN: 'ghp_x' },
    });
    const sent = (): unknown =>
      server.received.findLast(({ route }) => route.startsWith('PUT '))?.body[
        'selected_repository_ids'
      ];
    await sink.check(['TOKEN'], call);
    await sink.deliver([entry], call);
    expect(server.routes.filter((route) => route === list(1))).toHaveLength(1);
    expect(sent()).toEqual([7]);
    // Another delivery, or a late one, says what is so by then.
    await sink.deliver([entry], call);
    expect(sent()).toEqual([8]);
    await sink.check(['TOKEN'], call);
    now += 5 * 60_000;
    await sink.deliver([entry], call);
    expect(sent()).toEqual([10]);
  });

  it('is refused by the check where not all that see a secret are shown', async () => {
    await using server = await startServer({
      'GET /orgs/acme': { status: 200, body: { id: 9, login: 'acme' } },
      [`GET ${base}/public-key`]: (await keyPair()).reply,
      [`GET ${base}/TOKEN`]: secret('selected'),
      [list(1)]: page(3, [1, 2]),
      [list(2)]: page(3, []),
    });
    const sink = await openSink('github:acme', server.url);
    const error = await errorOf(sink.check(['TOKEN'], { ...call, known: true }));
    expect(error).toMatchObject({ code: 'ANSWER_INVALID', effect: 'none' });
  });

  it('names the organization that is not there', async () => {
    await using server = await startServer({ [`GET ${base}/public-key`]: { status: 404 } });
    const error = await errorOf((await openSink('github:acme', server.url)).check(['T'], call));
    expect(error.code).toBe('TARGET_NOT_FOUND');
    expect(error.hint).toMatch(/organization acme.*organization permission.*"admin:org"/);
  });
});
