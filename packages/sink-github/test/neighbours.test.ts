import type { Neighbour } from '@keyturn/core';
import { errorOf } from '@keyturn/core/testing';
import { startSandbox, type RecordedRequest, type World } from '@keyturn/sandbox';
import { describe, expect, it, onTestFinished } from 'vitest';

import { call, openSink, TOKEN } from './context.ts';
import { control } from './world.ts';

type GitHub = NonNullable<World['github']>;
const ID = 'abc123def456';
const SECRET = 'pscale_tkn_CANARY';
const names = ['TOKEN_ID', 'TOKEN'];
const classic = [{ token: TOKEN, kind: 'classic', scopes: ['repo', 'admin:org'] }] as const;
const value = { value: SECRET };

const withoutTarget = ({ name, scope, shows }: Neighbour): Neighbour => ({
  name,
  ...(scope !== undefined && { scope }),
  ...(shows !== undefined && { shows }),
});

async function look(github: GitHub, target = 'github:acme/web', slot?: string) {
  const world = { github: { tokens: classic, ...github } };
  const sandbox = await startSandbox({ world });
  onTestFinished(() => sandbox.close());
  const opened = await openSink(target, sandbox.urls.github ?? '');
  const sink = slot === undefined ? opened : opened.slots?.(slot);
  const near = await sink?.neighbours?.({ names, token: ID }, call);
  const found = near?.map((one) => withoutTarget(one));
  const list = (await (await control(sandbox, 'GET', '/requests')).json()) as RecordedRequest[];
  return { found, requests: list.map(({ method, path }) => `${method} ${path}`), sink, sandbox };
}
const sorted = (found: readonly Neighbour[] | undefined) =>
  found?.toSorted((a, b) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1));

describe('what is stored near the names', () => {
  it('is every other secret of the repository, and the names where its jobs find them instead', async () => {
    const { found } = await look({
      'acme/web': {
        actions: { TOKEN: value, OTHER: value },
        environments: { production: { TOKEN: value, UNRELATED: value }, staging: {} },
      },
      organizations: {
        acme: { actions: { TOKEN_ID: { ...value, visibility: 'all' }, MORE: value } },
      },
    });
    expect(sorted(found)).toEqual([
      { name: 'OTHER' },
      { name: 'TOKEN', scope: 'environment production' },
      { name: 'TOKEN_ID', scope: 'the organization' },
    ]);
  });

  it('is the repository’s secret of that name, for an environment', async () => {
    const { found } = await look(
      {
        'acme/web': {
          actions: { TOKEN: value, UNRELATED: value },
          environments: { Production: { OTHER: value, TOKEN_ID: value } },
          variables: { LEGACY: { value: ID } },
          environmentVariables: { Production: { TOKEN_ID: { value: 'another' } } },
        },
      },
      'github:acme/web?environment=production',
    );
    expect(sorted(found)).toEqual([
      { name: 'LEGACY', scope: 'a variable of the repository', shows: 'yes' },
      { name: 'OTHER' },
      { name: 'TOKEN', scope: 'the repository' },
      { name: 'TOKEN_ID', scope: 'a variable of Actions' },
    ]);
  });

  it('is the variable that has a name of the rotation or shows the token, and never its value', async () => {
    const variables = {
      PLANETSCALE_NAME: { value: ` ${ID}\n` },
      JOINED: { value: `${ID}:${SECRET}` },
      TOKEN_ID: { value: 'another' },
      REGION: { value: `${ID}7` },
      TOKEN_SLOT: { value: 'A' },
    };
    const { found } = await look({ 'acme/web': { variables } });
    const scope = 'a variable of Actions';
    expect(sorted(found)).toEqual([
      { name: 'JOINED', scope, shows: 'yes' },
      { name: 'PLANETSCALE_NAME', scope, shows: 'yes' },
      { name: 'TOKEN_ID', scope },
    ]);
    expect(JSON.stringify(found)).not.toContain('CANARY');
  });

  it('is what an organization has', async () => {
    const { found } = await look(
      {
        organizations: {
          acme: { actions: { OTHER: value, TOKEN: value }, variables: { LEGACY: { value: ID } } },
        },
      },
      'github:acme',
    );
    expect(sorted(found)).toEqual([
      { name: 'LEGACY', scope: 'a variable of Actions', shows: 'yes' },
      { name: 'OTHER' },
    ]);
  });

  it('has the names without a slot in it, in slots', async () => {
    const actions = { TOKEN: value, TOKEN_A: value, TOKEN_B: value, TOKEN_ID_A: value };
    const variables = { TOKEN_SLOT: { value: 'A' } };
    const { found } = await look(
      { 'acme/web': { actions, variables } },
      'github:acme/web',
      'TOKEN_SLOT',
    );
    expect(found).toEqual([{ name: 'TOKEN' }]);
  });

  it('costs few requests, however many environments and variables there are', async () => {
    const many = Array.from({ length: 40 }, (_, i) => `E${String(i).padStart(2, '0')}`);
    const environments = Object.fromEntries(many.map((name) => [name, { TOKEN: value }]));
    const variables = Object.fromEntries(
      Array.from({ length: 200 }, (_, i) => [`V${i}`, { value: 'x' }]),
    );
    const { found, requests } = await look({ 'acme/web': { environments, variables } });
    expect(found).toHaveLength(5);
    expect(requests).toHaveLength(11);
    expect(requests.filter((request) => !request.startsWith('GET '))).toEqual([]);
  });

  it('leaves out what the token may not read beside the secrets', async () => {
    const github = {
      tokens: [{ token: TOKEN, kind: 'fine-grained', permissions: { secrets: 'write' } }],
      'acme/web': {
        actions: { OTHER: value },
        environments: { production: { TOKEN: value } },
        variables: { TOKEN_ID: { value: ID } },
      },
    } as const;
    const { found } = await look(github);
    expect(found).toEqual([{ name: 'OTHER' }]);
  });

  it('is not guessed where the secrets cannot be read, or GitHub fails', async () => {
    const { sink, sandbox } = await look({ 'acme/web': {} });
    const fault = { provider: 'github', method: 'GET', times: 1 };
    const faults = [
      [{ ...fault, path: '/secrets', action: { status: 403, body: '{}' } }, 'PERMISSION_DENIED'],
      [{ ...fault, path: '/variables', action: { status: 200, body: '[]' } }, 'ANSWER_INVALID'],
    ] as const;
    for (const [one, code] of faults) {
      await control(sandbox, 'POST', '/faults', [one]);
      const call_ = sink?.neighbours?.({ names, token: ID }, call) ?? Promise.resolve();
      await expect(errorOf(call_)).resolves.toMatchObject({ code, effect: 'none' });
    }
  });
});
