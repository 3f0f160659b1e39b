import { AccessLevel, Gitlab } from '@gitbeaker/rest';
import { describe, expect, it } from 'vitest';

import { createClock, sandbox } from './support.ts';

describe('the client @gitbeaker/rest', () => {
  it('makes, finds, rotates and ends access tokens', async () => {
    const clock = createClock();
    const box = await sandbox({ clock: clock.now });
    const host = box.urls.gitlab;
    const api = new Gitlab({ host, token: box.env['GITLAB_TOKEN'] ?? '' });
    const project = 'acme/infra';
    const made = await api.ProjectAccessTokens.create(
      project,
      'keyturn-1',
      ['api', 'read_registry'],
      '2026-03-01',
      { accessLevel: AccessLevel.MAINTAINER },
    );
    const own = new Gitlab({ host, token: made.token });
    expect(await own.PersonalAccessTokens.show()).toMatchObject({
      id: made.id,
      user_id: made.user_id,
    });
    const found = await api.ProjectAccessTokens.all(project, { search: 'keyturn' } as object);
    expect(found.map(({ id, scopes }) => [id, scopes])).toEqual([
      [made.id, ['api', 'read_registry']],
    ]);
    expect(await api.ProjectAccessTokens.show(project, made.id)).toMatchObject({
      access_level: 40,
      active: true,
    });
    const rotated = await api.ProjectAccessTokens.rotate(project, made.id);
    await expect(own.PersonalAccessTokens.show()).rejects.toThrow('invalid_token');
    await api.ProjectAccessTokens.revoke(project, rotated.id);
    expect(await api.ProjectAccessTokens.show(project, rotated.id)).toMatchObject({
      revoked: true,
    });
  });

  it('writes, changes and deletes variables, each step in the state', async () => {
    const box = await sandbox();
    const api = new Gitlab({ host: box.urls.gitlab, token: box.env['GITLAB_TOKEN'] ?? '' });
    const project = 'acme/infra';
    const stored = () =>
      box.state().gitlab?.[project]?.variables?.filter(({ key }) => key === 'BY_GITBEAKER');
    await api.ProjectVariables.create(project, 'BY_GITBEAKER', 'first-value-1', {
      environmentScope: 'production',
      masked: true,
    });
    expect(stored()).toMatchObject([
      { value: 'first-value-1', environment_scope: 'production', masked: true },
    ]);
    const filter = { filter: { environment_scope: 'production' } };
    await api.ProjectVariables.edit(project, 'BY_GITBEAKER', 'second-value-2', filter);
    expect(stored()).toMatchObject([{ value: 'second-value-2', masked: true }]);
    const all = await api.ProjectVariables.all(project, { perPage: 1 });
    expect(all.map(({ key }) => key)).toContain('BY_GITBEAKER');
    await api.ProjectVariables.remove(project, 'BY_GITBEAKER', filter);
    expect(stored()).toEqual([]);
  });
});
