import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

import type { CallOptions, TokenIssuer } from '@keyturn/core';
import { virtualClock, type VirtualClock } from '@keyturn/core/testing';
import type { AwsWorld } from '@keyturn/sandbox';
import { onTestFinished } from 'vitest';

import { contextOf, START } from '../../../http/test/support/adapters/context.ts';
import { openAdapterWorld, type AdapterWorld } from '../../../http/test/support/adapters/world.ts';
import issuer from '../../src/index.ts';

export const call: CallOptions = { signal: new AbortController().signal };
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

export interface World extends AdapterWorld {
  readonly issuer: TokenIssuer;
  /** The user’s keys as AWS has them, without deleted ones. */
  readonly keys: () => Keys;
  readonly open: (options: unknown) => Promise<TokenIssuer>;
  readonly seed: (aws: AwsWorld) => Promise<void>;
}

/** Starts an AWS, and an issuer for the keys of the user ci that acts with {@link ACTING}. */
export async function openWorld(
  aws: AwsWorld = {},
  options: unknown = { user: 'ci', account: ACCOUNT },
): Promise<World> {
  const opened = await openAdapterWorld({ aws: { users: users(), ...aws } }, ({ aws: url }) => ({
    AWS_ENDPOINT_URL: url,
    AWS_ACCESS_KEY_ID: ACTING.accessKeyId,
    AWS_SECRET_ACCESS_KEY: ACTING.secretAccessKey,
  }));
  const { sandbox, context, control } = opened;
  return {
    ...opened,
    issuer: await issuer.open(options, context),
    keys: () =>
      (sandbox.state().aws?.users?.['ci']?.accessKeys ?? []).filter(
        ({ revokedAt }) => typeof revokedAt !== 'string',
      ),
    open: (other) => issuer.open(other, context),
    seed: (next) => control.seed({ aws: next }),
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
