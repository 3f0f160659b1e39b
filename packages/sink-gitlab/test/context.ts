import type { AdapterContext, SecretSink } from '@keyturn/core';
import { adapterContext } from '@keyturn/core/testing';
import { createFetch } from '@keyturn/http';
import { startSandbox, type Sandbox, type World } from '@keyturn/sandbox';
import { onTestFinished } from 'vitest';

import gitlabSink from '../src/index.ts';

export type GitLab = NonNullable<World['gitlab']>;
export type Variable = NonNullable<NonNullable<GitLab['instance']>['variables']>[number];

export const TOKEN = 'glpat-CANARYcanaryCANARY';
export const call = { signal: new AbortController().signal };

/** What the host gives, with a clock that nobody waits for. */
export function contextFor(url: string, changes: Partial<AdapterContext> = {}): AdapterContext {
  const env = { GITLAB_HOST: url, GITLAB_TOKEN: TOKEN };
  const context = adapterContext({ env, ...changes });
  return { ...context, fetch: createFetch(context), ...changes };
}

/** A GitLab of its own, with what a test needs to know of it. */
export interface Box {
  readonly sandbox: Sandbox;
  readonly context: AdapterContext;
  readonly open: (target: string) => Promise<SecretSink>;
  readonly state: () => GitLab;
  readonly fault: (fault: object) => Promise<void>;
  /** What was asked of GitLab, as `METHOD /path` with what follows `/api/v4`. */
  readonly requests: () => Promise<string[]>;
  /** Replaces parts of the world as it is now. */
  readonly change: (parts: Partial<GitLab>) => Promise<void>;
}

export async function box(gitlab: GitLab, changes: Partial<AdapterContext> = {}): Promise<Box> {
  const world = { gitlab: { tokens: [{ token: TOKEN, admin: true }], ...gitlab } as GitLab };
  const sandbox = await startSandbox({ world });
  onTestFinished(() => sandbox.close());
  return around(sandbox, changes);
}

export function around(sandbox: Sandbox, changes: Partial<AdapterContext> = {}): Box {
  const context = contextFor(sandbox.urls.gitlab ?? '', changes);
  const control = (method: string, path: string, body?: unknown): Promise<Response> =>
    fetch(`${sandbox.control}${path}`, {
      method,
      ...(body !== undefined && { body: JSON.stringify(body) }),
    });
  const state = (): GitLab => sandbox.state().gitlab ?? {};
  return {
    sandbox,
    context,
    open: (target) => gitlabSink.open(target, context),
    state,
    fault: async (fault) => void (await control('POST', '/faults', fault)),
    requests: async () => {
      const list = (await (await control('GET', '/requests')).json()) as Record<string, string>[];
      return list.map(({ method, path }) => `${method} ${path?.replace(/^.*\/api\/v4/, '')}`);
    },
    change: async (parts) =>
      void (await control('POST', '/seed', { gitlab: { ...state(), ...parts } })),
  };
}
