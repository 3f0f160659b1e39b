import { startSandbox } from '@keyturn/sandbox';
import { Octokit } from '@octokit/rest';
import { expect, it, onTestFinished } from 'vitest';

import { sealerFor } from '../src/seal.ts';

it("GitHub's own client: each step is in the state of the sandbox", async () => {
  const sandbox = await startSandbox();
  onTestFinished(() => sandbox.close());
  const { GITHUB_TOKEN: auth, GITHUB_API_URL: baseUrl = '' } = sandbox.env;
  const { rest, paginate } = new Octokit({ auth, baseUrl });
  const web = { owner: 'acme', repo: 'web' };
  const production = { owner: 'acme', repo: 'api', environment_name: 'production' };
  const shelf = () => sandbox.state().github?.['acme/web'];

  expect((await rest.users.getAuthenticated()).data.login).toBe('ada');
  expect((await rest.repos.get(web)).data.full_name).toBe('acme/web');
  const repositories = await paginate(rest.repos.listForOrg, { org: 'acme', per_page: 1 });
  expect(repositories.map(({ name }) => name).toSorted()).toEqual(['api', 'docs', 'web']);

  const { data: key } = await rest.actions.getRepoPublicKey(web);
  const encrypted = { encrypted_value: sealerFor(key.key)('from octokit'), key_id: key.key_id };
  await rest.actions.createOrUpdateRepoSecret({ ...web, secret_name: 'BY_OCTOKIT', ...encrypted });
  expect(shelf()?.actions?.['BY_OCTOKIT']).toMatchObject({ value: 'from octokit' });
  expect((await rest.actions.getRepoSecret({ ...web, secret_name: 'by_octokit' })).data.name).toBe(
    'BY_OCTOKIT',
  );
  const names = await paginate(rest.actions.listRepoSecrets, { ...web, per_page: 1 });
  expect(names.map(({ name }) => name)).toContain('BY_OCTOKIT');
  await rest.actions.deleteRepoSecret({ ...web, secret_name: 'BY_OCTOKIT' });
  expect(shelf()?.actions).not.toHaveProperty('BY_OCTOKIT');

  await rest.actions.createRepoVariable({ ...web, name: 'BY_OCTOKIT', value: 'eu' });
  await rest.actions.updateRepoVariable({ ...web, name: 'BY_OCTOKIT', value: 'us' });
  expect(shelf()?.variables?.['BY_OCTOKIT']).toMatchObject({ value: 'us' });

  const { data: environmentKey } = await rest.actions.getEnvironmentPublicKey(production);
  await rest.actions.createOrUpdateEnvironmentSecret({
    ...production,
    secret_name: 'BY_OCTOKIT',
    encrypted_value: sealerFor(environmentKey.key)('in an environment'),
    key_id: environmentKey.key_id,
  });
  const { environments } = sandbox.state().github?.['acme/api'] ?? {};
  expect(JSON.stringify(environments?.['production'])).toContain('in an environment');

  await expect(
    rest.actions.getRepoSecret({ ...web, secret_name: 'NOT_THERE' }),
  ).rejects.toMatchObject({ status: 404 });
});
