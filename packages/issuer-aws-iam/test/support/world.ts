import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

import type { AdapterContext, CallOptions, TokenIssuer } from '@keyturn/core';
import { seededRandom, virtualClock, type VirtualClock } from '@keyturn/core/testing';
import { createFetch } from '@keyturn/http';
import {
  startSandbox,
  type AwsWorld,
  type Fault,
  type RecordedRequest,
  type Sandbox,
} from '@keyturn/sandbox';
import { onTestFinished } from 'vitest';

import issuer from '../../src/index.ts';

export const call: CallOptions = { signal: new AbortController().signal };
export const START = Date.parse('2026-11-24T09:00:00.000Z');
export const ACCOUNT = '417203958164';
export const ACTING = {
  accessKeyId: 'AKIAACTINGACTING2345',
  secretAccessKey: 'CANARYactingCANARYactingCANARYactingCANA',
} as const;
const NEEDED = ['Create', 'Delete', 'Update'].map((verb) => `iam:${verb}AccessKey`);
export const ALLOWS = [...NEEDED, 'iam:ListAccessKeys', 'iam:GetAccessKeyLastUsed'];

type Users = NonNullable<AwsWorld['users']>;
type Keys = NonNullable<Users[string]['accessKeys']>;

/** Keyturn’s user and those whose keys it rotates. */
export function users(ci: Keys = [], allows: readonly string[] = ALLOWS): Users {
  return { keyturn: { accessKeys: [ACTING], allows }, ci: { accessKeys: ci }, deploy: {} };
}

export interface World {
  readonly sandbox: Sandbox;
  readonly issuer: TokenIssuer;
  readonly clock: VirtualClock;
  /** The environment as it is read at every call. */
  readonly env: Record<string, string | undefined>;
  /** The user’s keys as AWS has them, without deleted ones. */
  readonly keys: () => Keys;
  readonly open: (options: unknown) => Promise<TokenIssuer>;
  readonly seed: (aws: AwsWorld) => Promise<unknown>;
  readonly fault: (fault: Fault) => Promise<unknown>;
  readonly requests: () => Promise<readonly RecordedRequest[]>;
  readonly close: () => Promise<void>;
}

/** Starts an AWS, and an issuer for the keys of the user ci that acts with {@link ACTING}. */
export async function openWorld(
  aws: AwsWorld = {},
  options: unknown = { user: 'ci', account: ACCOUNT },
): Promise<World> {
  const clock = virtualClock(START);
  const sandbox = await startSandbox({
    clock: () => clock.now(),
    random: seededRandom(1),
    world: { aws: { users: users(), ...aws } },
  });
  const env: Record<string, string | undefined> = {
    AWS_ENDPOINT_URL: sandbox.urls.aws,
    AWS_ACCESS_KEY_ID: ACTING.accessKeyId,
    AWS_SECRET_ACCESS_KEY: ACTING.secretAccessKey,
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
    keys: () =>
      (sandbox.state().aws?.users?.['ci']?.accessKeys ?? []).filter(
        ({ revokedAt }) => typeof revokedAt !== 'string',
      ),
    open: (other) => issuer.open(other, context),
    seed: (next) => control('POST', '/seed', { aws: next }),
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

/** Whether a request is one that changes something: reads are posted, too. */
export const changes = (body: string): boolean => /^Action=(?:Create|Delete|Update)/.test(body);

/** As {@link openWorld}, for the test that is running. */
export async function world(aws?: AwsWorld, options?: unknown): Promise<World> {
  const opened = await openWorld(aws, options);
  onTestFinished(opened.close);
  return opened;
}

interface Reply {
  readonly status: number;
  readonly body: string;
}

/** An issuer for a server that answers each action as it is told; `count` is how often it was asked for before. */
export async function told(
  replies: Readonly<Record<string, Reply | ((count: number) => Reply)>>,
): Promise<{
  readonly issuer: TokenIssuer;
  readonly clock: VirtualClock;
  /** The actions that were asked for, in order. */
  readonly actions: readonly string[];
}> {
  const actions: string[] = [];
  const server = createServer(async (request, response) => {
    let body = '';
    for await (const chunk of request) body += String(chunk);
    const [, query = ''] = (request.url ?? '').split('?');
    const action = new URLSearchParams(body || query).get('Action') ?? '';
    const count = actions.filter((one) => one === action).length;
    actions.push(action);
    const reply = replies[action] ?? { status: 418, body: `no ${action}` };
    const answer = typeof reply === 'function' ? reply(count) : reply;
    response.writeHead(answer.status, { 'content-type': 'text/xml' }).end(answer.body);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const clock = virtualClock(START);
  const { context, close } = contextOf(
    {
      AWS_ENDPOINT_URL: `http://127.0.0.1:${port}`,
      AWS_ACCESS_KEY_ID: ACTING.accessKeyId,
      AWS_SECRET_ACCESS_KEY: ACTING.secretAccessKey,
    },
    clock,
  );
  onTestFinished(async () => {
    await close();
    await new Promise((resolve) => server.close(resolve));
  });
  return { issuer: await issuer.open({ user: 'ci' }, context), clock, actions };
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
