import { describe, expect, it } from 'vitest';

import { startSandbox, type Sandbox, type World } from '../src/index.ts';
import { onTestFinished } from 'vitest';

type Answer = { readonly status: number; readonly body: Record<string, any> };

async function open(world?: World) {
  const sandbox = await startSandbox(world === undefined ? {} : { world });
  onTestFinished(() => sandbox.close());
  const ask = async (
    url: string,
    headers: Record<string, string>,
    body?: object,
  ): Promise<Answer> => {
    const response = await fetch(url, {
      method: body === undefined ? 'GET' : 'POST',
      headers: { ...headers, 'content-type': 'application/json', 'user-agent': 'test' },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    });
    const text = await response.text();
    return { status: response.status, body: text === '' ? {} : JSON.parse(text) };
  };
  return { sandbox, ask };
}

/** Asks until the job has ended. */
async function ended<Value>(look: () => Promise<Value | undefined | null>): Promise<Value> {
  for (let tries = 0; tries < 200; tries++) {
    const value = await look();
    if (value !== undefined && value !== null) return value;
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
  throw new Error('the job does not end');
}

const current = (sandbox: Sandbox, name: string): string =>
  sandbox.state().planetscale?.orgs?.['acme']?.tokens?.find((token) => token.name === name)?.id ??
  '';

describe('the canary job', () => {
  it.each([
    ['passes where it reads the token that it was told', (id: string) => id, 'success'],
    ['fails where it reads another one', () => 'somethingelse', 'failure'],
  ] as const)('of GitHub %s', async (_, wanted, conclusion) => {
    const { sandbox, ask } = await open();
    const headers = { authorization: `token ${sandbox.env['GITHUB_TOKEN']}` };
    const base = `${sandbox.urls.github}/repos/acme/api/actions/workflows/keyturn-canary.yml`;
    const inputs = {
      mark: 'm1',
      token: wanted(current(sandbox, 'ci-github')),
      environment: 'production',
    };
    expect((await ask(`${base}/dispatches`, headers, { ref: 'main', inputs })).status).toBe(204);
    const run = await ended(async () => {
      const { body } = await ask(`${base}/runs?event=workflow_dispatch`, headers);
      return body['workflow_runs'].find((one: { status: string }) => one.status === 'completed');
    });
    expect(run).toMatchObject({ display_title: 'keyturn canary m1', conclusion });
  });

  it('of GitHub is refused where there is no workflow, branch or input of that name', async () => {
    const { sandbox, ask } = await open();
    const headers = { authorization: `token ${sandbox.env['GITHUB_TOKEN']}` };
    const at = (repo: string) =>
      `${sandbox.urls.github}/repos/acme/${repo}/actions/workflows/keyturn-canary.yml/dispatches`;
    expect((await ask(at('docs'), headers, { ref: 'main' })).status).toBe(404);
    expect((await ask(at('web'), headers, { ref: 'nix' })).body['message']).toBe(
      'No ref found for: nix',
    );
    const inputs = { nix: '1' };
    expect((await ask(at('web'), headers, { ref: 'main', inputs })).body['message']).toContain(
      '["nix"]',
    );
  });

  it('of GitLab reads the variables of its environment', async () => {
    const { sandbox, ask } = await open();
    const headers = { 'private-token': sandbox.env['GITLAB_TOKEN'] ?? '' };
    const base = `${sandbox.urls.gitlab}/api/v4/projects/acme%2Finfra`;
    const variables = [
      { key: 'KEYTURN_CANARY_TOKEN', value: current(sandbox, 'ci-gitlab') },
      { key: 'KEYTURN_CANARY_ENVIRONMENT', value: 'production' },
    ];
    const made = await ask(`${base}/pipeline`, headers, { ref: 'main', variables });
    expect(made).toMatchObject({ status: 201, body: { ref: 'main' } });
    const status = await ended(async () => {
      const { body } = await ask(`${base}/pipelines/${made.body['id']}/jobs`, headers);
      return body[0].status === 'running' ? undefined : (body[0].status as string);
    });
    expect(status).toBe('success');
    expect((await ask(`${base}/pipeline`, headers, { ref: 'main' })).status).toBe(400);
  });

  it('of CircleCI needs its parameter to be declared', async () => {
    const { sandbox, ask } = await open();
    const headers = { 'circle-token': sandbox.env['CIRCLECI_TOKEN'] ?? '' };
    const at = (project: string) =>
      `${sandbox.urls.circleci}/api/v2/project/gh/acme/${project}/pipeline`;
    const parameters = { 'keyturn-canary-token': current(sandbox, 'ci-circleci') };
    const made = await ask(at('web'), headers, { branch: 'main', parameters });
    expect(made.status).toBe(201);
    const status = await ended(async () => {
      const url = `${sandbox.urls.circleci}/api/v2/pipeline/${made.body['id']}/workflow`;
      const { body } = await ask(url, headers);
      return body['items'][0].status === 'running'
        ? undefined
        : (body['items'][0].status as string);
    });
    expect(status).toBe('success');
    expect((await ask(at('api'), headers, { branch: 'main', parameters })).status).toBe(400);
  });
});
