import { runnerOf } from '@keyturn/ci';
import { KeyturnError, type Fetch } from '@keyturn/core';

import type { ChannelConfig } from '../config/config.ts';
import type { Occurrence } from '../config/events.ts';
import {
  addressIn,
  channelBroken,
  channelFailed,
  ITS_ADDRESS,
  variableNotSet,
} from '../messages.ts';
import { annotation, signature, slackBody, webhookBody } from './payload.ts';
import type { Surroundings } from '../surroundings.ts';
import { send } from './send.ts';

/** An open channel. */
export interface Channel {
  readonly on: ReadonlySet<string>;
  /** Its name in warnings. An address from a variable is a secret, and is not shown. */
  readonly name: string;
  /** @throws {KeyturnError} if it was not accepted */
  readonly tell: (occurrence: Occurrence, issuer: string) => Promise<void>;
}

/** The only code whose message contains no address. */
const REJECTED = 'REMOTE_REJECTED';

/** Opens a channel; a string says why it cannot be used. Undefined for a channel that does not apply here, such as another CI's. */
export function openChannel(
  config: ChannelConfig,
  surroundings: Surroundings,
  fetch: Fetch,
  signal: () => AbortSignal,
): Channel | string | undefined {
  const { env, annotate, clock } = surroundings;
  const on = new Set<string>(config.on);
  if (config.format !== 'webhook' && config.format !== 'slack') {
    const runner = runnerOf(env);
    if (runner?.kind !== config.format || annotate === undefined) return undefined;
    return { on, name: runner.title, tell: async (one) => annotate(annotation(one, runner)) };
  }
  const url = config.url ?? env[config.urlEnv ?? ''];
  if (url === undefined || url === '') return variableNotSet(config.urlEnv ?? '');
  const name =
    config.url === undefined
      ? addressIn(config.urlEnv ?? '')
      : URL.canParse(url)
        ? new URL(url).host
        : ITS_ADDRESS;
  const post = (body: string, headers: Readonly<Record<string, string>>): Promise<void> => {
    const init = {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...headers },
      body,
      signal: signal(),
      repeatable: false,
    };
    return send({ url, name }, init, surroundings, fetch);
  };
  if (config.format === 'slack') return { on, name, tell: (one) => post(slackBody(one), {}) };
  const secret = env[config.secretEnv];
  if (secret === undefined || secret === '') return variableNotSet(config.secretEnv);
  return {
    on,
    name,
    tell: (one, issuer) => {
      const body = webhookBody(one, issuer, clock.now());
      return post(body, { ...signature(body, secret, clock.now()), 'keyturn-event': one.event });
    },
  };
}

/** Why a notification failed, without an address. */
export function reasonOf(error: unknown): string {
  // A bug of ours must not stop a rotation either.
  if (!KeyturnError.is(error)) return channelBroken(error);
  return error.code === REJECTED ? error.message : channelFailed(error.code);
}
