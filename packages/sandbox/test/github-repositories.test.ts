import { describe, expect, it } from 'vitest';

import type { GitHubTokenWorld } from '../src/index.ts';
import { github, sandbox } from './support.ts';

const open = (token: Omit<GitHubTokenWorld, 'token'>) =>
  sandbox({
    world: {
      github: {
        'acme/web': { topics: ['service', 'node'] },
        'acme/old': { topics: ['service'], archived: true },
        'acme/docs': { private: false },
        'ada/dotfiles': { private: false },
        organizations: { acme: {} },
        tokens: [{ token: 't', ...token }],
      },
    },
  });

const all = { kind: 'classic', scopes: ['repo'] } as const;

interface Named {
  readonly full_name: string;
}
const names = (list: readonly Named[]) => list.map(({ full_name }) => full_name);

describe('repositories of GitHub', () => {
  it('are found whatever the case of their name', async () => {
    const { status, body } = await github(await open(all), 't')('GET', '/repos/ACME/Web');
    expect(status).toBe(200);
    expect(body).toMatchObject({
      full_name: 'acme/web',
      private: true,
      archived: false,
      topics: ['service', 'node'],
      owner: { login: 'acme', type: 'Organization' },
    });
  });

  it('are listed by organization and by person, with topics and archived flags', async () => {
    const api = github(await open(all), 't');
    const { body } = await api('GET', '/orgs/acme/repos');
    expect(names(body)).toEqual(['acme/web', 'acme/old', 'acme/docs']);
    expect(body[1]).toMatchObject({ archived: true, topics: ['service'] });
    expect(names((await api('GET', '/orgs/acme/repos?type=public')).body)).toEqual(['acme/docs']);
    expect(names((await api('GET', '/users/ada/repos')).body)).toEqual(['ada/dotfiles']);
    expect(names((await api('GET', '/users/acme/repos')).body)).toEqual(['acme/docs']);
    expect((await api('GET', '/user/repos')).body).toHaveLength(4);
    expect((await api('GET', '/orgs/ada/repos')).status).toBe(404);
    expect((await api('GET', '/users/nobody/repos')).status).toBe(404);
  });

  it('are those of its installation to an app', async () => {
    const box = await open({ kind: 'installation', repositories: ['acme/web'] });
    const { body } = await github(box, 't')('GET', '/installation/repositories');
    expect([body.total_count, names(body.repositories)]).toEqual([1, ['acme/web']]);
    expect((await github(box, 't')('GET', '/user')).status).toBe(403);
    const person = github(await open(all), 't');
    expect((await person('GET', '/installation/repositories')).status).toBe(403);
  });

  it.each([
    ['org:acme', ['acme/web', 'acme/old', 'acme/docs']],
    ['org:acme topic:service archived:false', ['acme/web']],
    ['user:ada', ['ada/dotfiles']],
    ['-topic:service do', ['acme/docs', 'ada/dotfiles']],
    ['repo:acme/old is:private', ['acme/old']],
  ])('are searched by %s', async (query, expected) => {
    const api = github(await open(all), 't');
    const { body } = await api('GET', `/search/repositories?q=${encodeURIComponent(query)}`);
    expect([body.total_count, names(body.items)]).toEqual([expected.length, expected]);
  });

  it('are not searched by nothing', async () => {
    expect((await github(await open(all), 't')('GET', '/search/repositories')).status).toBe(422);
  });

  it('can be a thousand, over pages of a hundred', async () => {
    const many = Object.fromEntries(Array.from({ length: 1000 }, (_, i) => [`acme/r${i}`, {}]));
    const box = await sandbox({
      world: { github: { ...many, organizations: { acme: {} }, tokens: [{ token: 't', ...all }] } },
    });
    const api = github(box, 't');
    const seen = new Set<string>();
    for (let page = 1, more = true; more; page++) {
      const reply = await api('GET', `/orgs/acme/repos?per_page=100&page=${page}`);
      for (const name of names(reply.body)) seen.add(name);
      more = reply.headers.get('link')?.includes('rel="next"') === true;
    }
    expect(seen.size).toBe(1000);
  });

  it('do not exist on paths that GitHub does not have', async () => {
    const api = github(await open(all), 't');
    for (const [method, path] of [
      ['GET', '/repos/acme/web/nothing'],
      ['POST', '/repos/acme/web/actions/secrets'],
      ['GET', '/repos/acme/%zz'],
    ] as const)
      expect(await api(method, path)).toMatchObject({
        status: 404,
        body: { message: 'Not Found' },
      });
  });
});

describe('accounts of GitHub', () => {
  it('say who they are', async () => {
    const api = github(await open(all), 't');
    expect((await api('GET', '/user')).body).toMatchObject({ login: 'ada', type: 'User' });
    expect((await api('GET', '/users/acme')).body).toMatchObject({ type: 'Organization' });
    expect((await api('GET', '/orgs/acme')).body).toMatchObject({ login: 'acme' });
    expect((await api('GET', '/users/nobody')).status).toBe(404);
    expect((await api('GET', '/')).headers.get('x-oauth-scopes')).toBe('repo');
  });
});
