import { startSandbox, type World } from '@keyturn/sandbox';
import { describe, expect, it, onTestFinished } from 'vitest';

import { call, openSink, TOKEN } from './context.ts';

type GitHub = NonNullable<World['github']>;
const ID = { TOKEN_ID: { value: 'abc123def456' } };
const NAMES = ['TOKEN_ID', 'TOKEN'];

async function clueOf(target: string, github: GitHub, names = NAMES) {
  const tokens = github.tokens ?? [
    { token: TOKEN, kind: 'classic', scopes: ['repo', 'admin:org'] },
  ];
  const sandbox = await startSandbox({ world: { github: { ...github, tokens } } });
  onTestFinished(() => sandbox.close());
  const sink = await openSink(target, sandbox.urls.github ?? '');
  return sink.clue?.(names, call);
}
const clue = { id: 'abc123def456', seen: 'the variable TOKEN_ID' };

describe('which token a sink seems to hold', () => {
  it.each([
    ['github:acme/web', { 'acme/web': { variables: ID } }],
    ['github:acme', { organizations: { acme: { variables: ID } } }],
    [
      'github:acme/web?environment=production',
      {
        'acme/web': { environments: { production: {} }, environmentVariables: { production: ID } },
      },
    ],
    [
      'github:acme/web?environment=production',
      { 'acme/web': { environments: { production: {} }, variables: ID } },
    ],
  ])('is told by the variable of the name of its id: %s', async (target, github) => {
    expect(await clueOf(target, github)).toEqual(clue);
  });

  it.each([
    ['no variable', {}],
    [
      'something that is no id',
      { TOKEN_ID: { value: 'pscale_tkn_which_somebody_put_here_by_mistake' } },
    ],
  ])('is not told by %s', async (_, variables) => {
    expect(await clueOf('github:acme/web', { 'acme/web': { variables } })).toBeUndefined();
  });

  it('is not told of one name, of Dependabot, or to a token that may not read variables', async () => {
    const github = { 'acme/web': { variables: ID } };
    expect(await clueOf('github:acme/web', github, ['TOKEN_ID'])).toBeUndefined();
    expect(await clueOf('github:acme/web?app=dependabot', github)).toBeUndefined();
    const tokens = [
      { token: TOKEN, kind: 'fine-grained', permissions: { secrets: 'write' } },
    ] as const;
    expect(await clueOf('github:acme/web', { ...github, tokens })).toBeUndefined();
  });
});
