import { KeyturnError, Secret } from '@keyturn/core';
import { errorOf, startServer, type Routes } from '@keyturn/core/testing';
import { describe, expect, it } from 'vitest';

import gitlabSink from '../src/index.ts';
import { box, call, contextFor, type GitLab, type Variable } from './context.ts';

const target = 'gitlab:acme?level=group&scope=production';
const entries = [
  { name: 'TOKEN_ID', value: 'newid0000001' },
  { name: 'TOKEN', value: new Secret('pscale_tkn_NEW-value') },
];
const one = entries.slice(1);
const others: Variable[] = [
  { key: 'OTHER', value: 'theirs' },
  { key: 'ANOTHER', value: 'theirs', environment_scope: 'staging' },
];
const unlicensed: GitLab = {
  groups: { acme: { variables: others } },
  behaviour: { groupScopes: 'ignored' },
};
const keys = (state: GitLab): string[] =>
  (state.groups?.['acme']?.variables ?? []).map((row) => `${row.key} ${row.environment_scope}`);

describe('a group that drops the scope of a new variable', () => {
  it('keeps nothing of it: every job would have read it', async () => {
    const { open, state } = await box(unlicensed);
    const before = state().groups?.['acme']?.variables;
    const error = await errorOf((await open(target)).deliver(entries, call));
    expect(error).toMatchObject({ code: 'REMOTE_REJECTED', effect: 'none' });
    expect(error.message).toContain('every environment (*)');
    expect(error.message).toContain('deleted');
    expect(error.hint).toContain('Premium');
    expect(state().groups?.['acme']?.variables).toEqual(before);
  });

  it('has the right to write asked for before the deletion too', async () => {
    const { open, state } = await box(unlicensed);
    let asked = 0;
    const beforeWrite = (): Promise<void> => {
      asked += 1;
      const lost = new KeyturnError('STATE_LOST', 'another run has taken over');
      return asked === 1 ? Promise.resolve() : Promise.reject(lost);
    };
    const error = await errorOf((await open(target)).deliver(one, { ...call, beforeWrite }));
    expect(asked).toBe(2);
    expect(error).toMatchObject({ code: 'STATE_LOST', effect: 'unknown' });
    expect(error.message).toContain('still there');
    expect(error.hint).toContain('Delete TOKEN for every environment (*)');
    expect(keys(state())).toContain('TOKEN *');
  });

  it.each([
    ['the deletion is refused', { method: 'DELETE', action: { status: 403, body: {} } }],
    ['the answer to the deletion is lost', { method: 'DELETE', action: { reset: true } }],
    ['it cannot be looked at', { method: 'GET', path: '/variables', action: { status: 500 } }],
  ])('is named with what is left behind if %s', async (_, fault) => {
    const { open, state, fault: set } = await box(unlicensed);
    const sink = await open(target);
    await sink.check(['TOKEN'], call);
    await set({ ...fault, times: 99 });
    const error = await errorOf(sink.deliver(one, call));
    expect(error).toMatchObject({ code: 'REMOTE_REJECTED', effect: 'unknown' });
    expect(error.message).toContain('still there');
    expect(error.hint).toContain('Delete TOKEN for every environment (*)');
    expect(error.hint).toContain('the group acme');
    expect(JSON.stringify(error) + error.message).not.toContain('NEW-value');
    expect(keys(state())).toContain('TOKEN *');
  });

  it('gets nothing if another environment has the name: its variable would be taken for ours', async () => {
    const variables: Variable[] = [{ key: 'TOKEN', value: 'theirs', environment_scope: 'staging' }];
    const { open, state } = await box({ ...unlicensed, groups: { acme: { variables } } });
    const error = await errorOf((await open(target)).deliver(one, call));
    expect(error).toMatchObject({ code: 'REMOTE_REJECTED', effect: 'none' });
    expect(state().groups?.['acme']?.variables).toMatchObject(variables);
  });

  it('says so if there is one for every environment already, and leaves that alone', async () => {
    const variables: Variable[] = [{ key: 'TOKEN', value: 'theirs' }];
    const { open, state } = await box({ ...unlicensed, groups: { acme: { variables } } });
    const error = await errorOf((await open(target)).deliver(one, call));
    expect(error).toMatchObject({ code: 'REMOTE_REJECTED', effect: 'none' });
    expect(error.hint).toContain('Premium');
    expect(state().groups?.['acme']?.variables).toMatchObject([{ value: 'theirs' }]);
  });
});

describe('what may be deleted again', () => {
  const path = '/groups/acme/variables';
  const filter = (scope: string): string => `${path}/TOKEN?filter%5Benvironment_scope%5D=${scope}`;
  const row = { key: 'TOKEN', value: 'pscale_tkn_NEW-value', environment_scope: '*' };
  const missing = { status: 404, body: { message: '404 GroupVariable Not Found' } };
  const found = (more: object = {}) => ({ status: 200, body: { ...row, ...more } });
  const created = { [`POST ${path}`]: { status: 201, body: row } };

  const honest: Routes = {
    ...created,
    [`GET ${filter('%2A')}`]: found(),
    [`GET ${filter('production')}`]: missing,
    [`DELETE ${filter('%2A')}`]: { status: 204 },
  };

  it('is deleted: every job would have read it', async () => {
    await using server = await startServer(honest, '/api/v4');
    const sink = await gitlabSink.open(target, contextFor(server.url));
    const error = await errorOf(sink.deliver(one, call));
    expect(error).toMatchObject({ code: 'REMOTE_REJECTED', effect: 'none' });
    expect(error.message).toContain('every environment (*)');
    expect(error.message).toContain('deleted');
    expect(error.hint).toContain('Premium');
    expect(server.routes.filter((route) => route.startsWith('DELETE'))).toHaveLength(1);
  });

  it.each<[string, Routes]>([
    [
      'shows another value by now',
      {
        [`GET ${filter('%2A')}`]: found({ value: 'theirs' }),
        [`GET ${filter('production')}`]: missing,
      },
    ],
    [
      'may be another environment’s, since the server ignores scopes',
      {
        [`GET ${filter('%2A')}`]: found(),
        [`GET ${filter('production')}`]: (_, count) => (count === 0 ? missing : found()),
      },
    ],
  ])('is not deleted: it %s', async (_, routes) => {
    await using server = await startServer({ ...created, ...routes }, '/api/v4');
    const sink = await gitlabSink.open(target, contextFor(server.url));
    const error = await errorOf(sink.deliver(one, call));
    expect(error).toMatchObject({ code: 'REMOTE_REJECTED', effect: 'unknown' });
    expect(server.routes.filter((route) => route.startsWith('DELETE'))).toEqual([]);
  });

  it('is not deleted after an update, which brought no new one', async () => {
    const routes: Routes = {
      [`GET ${filter('production')}`]: found({ environment_scope: 'production', value: 'old' }),
      [`PUT ${path}/TOKEN`]: found(),
    };
    await using server = await startServer(routes, '/api/v4');
    const sink = await gitlabSink.open(target, contextFor(server.url));
    const error = await errorOf(sink.deliver(one, call));
    expect(error).toMatchObject({ code: 'REMOTE_REJECTED', effect: 'unknown' });
    expect(server.routes.map((route) => route.split(' ')[0])).toEqual(['GET', 'PUT']);
  });
});
