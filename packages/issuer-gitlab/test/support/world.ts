import type { AdapterContext, CallOptions, TokenIssuer } from '@keyturn/core';
import {
  seededRandom,
  startServer,
  virtualClock,
  type Routes,
  type TestServer,
  type VirtualClock,
} from '@keyturn/core/testing';
import { createFetch } from '@keyturn/http';
import {
  startSandbox,
  type Fault,
  type GitLabWorld,
  type RecordedRequest,
  type Sandbox,
} from '@keyturn/sandbox';
import { onTestFinished } from 'vitest';

import issuer from '../../src/index.ts';

export const call: CallOptions = { signal: new AbortController().signal };
const START = Date.parse('2026-11-24T09:00:00.000Z');
/** What the issuer acts with: a maintainer’s. */
export const ADMIN = 'glpat-CANARY-acting-token00';
const PROJECT = { project: 'acme/infra', scopes: ['read_api'], accessLevel: 'reporter' };
export const READS = ['access_level=reporter', 'scope=read_api'];

export type Tokens = NonNullable<GitLabWorld['tokens']>;
type ProjectTokens = NonNullable<NonNullable<GitLabWorld[`${string}/${string}`]>['accessTokens']>;

export const maintainer: Tokens = [
  { token: ADMIN, id: 7, name: 'keyturn', roles: { 'acme/infra': 'maintainer' } },
];

export interface World {
  readonly sandbox: Sandbox;
  readonly issuer: TokenIssuer;
  readonly clock: VirtualClock;
  /** The environment as it is read at every call. */
  readonly env: Record<string, string | undefined>;
  /** The project’s tokens as GitLab has them. */
  readonly tokens: () => ProjectTokens;
  readonly open: (options: unknown) => Promise<TokenIssuer>;
  readonly seed: (gitlab: GitLabWorld) => Promise<unknown>;
  readonly fault: (fault: Fault) => Promise<unknown>;
  readonly requests: () => Promise<readonly RecordedRequest[]>;
  readonly close: () => Promise<void>;
}

/** Starts a GitLab, and an issuer for the tokens of a project that acts with {@link ADMIN}. */
export async function openWorld(
  gitlab: GitLabWorld = {},
  options: unknown = PROJECT,
): Promise<World> {
  const clock = virtualClock(START);
  const sandbox = await startSandbox({
    clock: () => clock.now(),
    random: seededRandom(1),
    world: { gitlab: { 'acme/infra': {}, tokens: maintainer, ...gitlab } },
  });
  const env: Record<string, string | undefined> = {
    GITLAB_HOST: sandbox.urls.gitlab,
    GITLAB_TOKEN: ADMIN,
  };
  const { context, close } = contextOf(env, clock);
  const control = async (method: string, path: string, body?: unknown): Promise<Response> => {
    const init = { method, ...(body !== undefined && { body: JSON.stringify(body) }) };
    const response = await fetch(`${sandbox.control}${path}`, init);
    if (!response.ok) throw new Error(`${method} ${path}: ${await response.text()}`);
    return response;
  };
  return {
    sandbox,
    issuer: await issuer.open(options, context),
    clock,
    env,
    tokens: () => sandbox.state().gitlab?.['acme/infra']?.accessTokens ?? [],
    open: (other) => issuer.open(other, context),
    seed: (next) => control('POST', '/seed', { gitlab: next }),
    fault: (fault) => control('POST', '/faults', fault),
    async requests() {
      const answer = await control('GET', '/requests');
      return (await answer.json()) as RecordedRequest[];
    },
    async close() {
      await close();
      await sandbox.close();
    },
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

/** What the host gives an issuer. */
export function contextOf(
  env: AdapterContext['env'],
  clock: VirtualClock = virtualClock(START),
): { context: AdapterContext; close: () => Promise<void> } {
  const random = (): number => 0.5;
  const http = createFetch({ clock, random, env: {}, retries: 2 });
  const context = { env, fetch: http, clock, random, directory: '/', allow: new Set<string>() };
  return { context, close: () => http.close() };
}
