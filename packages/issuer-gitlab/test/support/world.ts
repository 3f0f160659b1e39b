import type { CallOptions, TokenIssuer } from '@keyturn/core';
import { startServer, type Routes, type TestServer } from '@keyturn/core/testing';
import type { GitLabWorld } from '@keyturn/sandbox';
import { onTestFinished } from 'vitest';

import { contextOf } from '../../../http/test/support/adapters/context.ts';
import { openAdapterWorld, type AdapterWorld } from '../../../http/test/support/adapters/world.ts';
import issuer from '../../src/index.ts';

export const call: CallOptions = { signal: new AbortController().signal };
/** What the issuer acts with: a maintainer’s. */
export const ADMIN = 'glpat-CANARY-acting-token00';
const PROJECT = { project: 'acme/infra', scopes: ['read_api'], accessLevel: 'reporter' };
export const READS = ['access_level=reporter', 'scope=read_api'];

export type Tokens = NonNullable<GitLabWorld['tokens']>;
type ProjectTokens = NonNullable<NonNullable<GitLabWorld[`${string}/${string}`]>['accessTokens']>;

export const maintainer: Tokens = [
  { token: ADMIN, id: 7, name: 'keyturn', roles: { 'acme/infra': 'maintainer' } },
];

export interface World extends AdapterWorld {
  readonly issuer: TokenIssuer;
  /** The project’s tokens as GitLab has them. */
  readonly tokens: () => ProjectTokens;
  readonly open: (options: unknown) => Promise<TokenIssuer>;
  readonly seed: (gitlab: GitLabWorld) => Promise<void>;
}

/** Starts a GitLab, and an issuer for the tokens of a project that acts with {@link ADMIN}. */
export async function openWorld(
  gitlab: GitLabWorld = {},
  options: unknown = PROJECT,
): Promise<World> {
  const opened = await openAdapterWorld(
    { gitlab: { 'acme/infra': {}, tokens: maintainer, ...gitlab } },
    ({ gitlab: url }) => ({
      GITLAB_HOST: url,
      GITLAB_TOKEN: ADMIN,
    }),
  );
  const { sandbox, context, control } = opened;
  return {
    ...opened,
    issuer: await issuer.open(options, context),
    tokens: () => sandbox.state().gitlab?.['acme/infra']?.accessTokens ?? [],
    open: (other) => issuer.open(other, context),
    seed: (next) => control.seed({ gitlab: next }),
  };
}

/** As {@link openWorld}, for the test that is running. */
export async function world(gitlab?: GitLabWorld, options?: unknown): Promise<World> {
  const opened = await openWorld(gitlab, options);
  onTestFinished(opened.close);
  return opened;
}

/** An issuer for a server that answers as it is told. */
export async function told(
  routes: Routes,
  options: unknown = PROJECT,
): Promise<{ readonly issuer: TokenIssuer; readonly server: TestServer }> {
  const server = await startServer(routes, '/api/v4');
  const { context, close } = contextOf({ GITLAB_HOST: server.url, GITLAB_TOKEN: ADMIN });
  onTestFinished(async () => {
    await close();
    await server[Symbol.asyncDispose]();
  });
  return { issuer: await issuer.open(options, context), server };
}
