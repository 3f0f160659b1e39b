import { runnerOf } from '@keyturn/ci';
import { KeyturnError, type Fetch } from '@keyturn/core';

import type { ChannelConfig } from '../config/config.ts';
import type { Occurrence } from '../config/events.ts';
import { annotation, signature, slackBody, webhookBody } from './payload.ts';
import type { Surroundings } from '../surroundings.ts';

/** A way by which people are told, ready to be used. */
export interface Channel {
  readonly on: ReadonlySet<string>;
  /** How a warning names it. An address from a variable is a secret by itself, and is not shown. */
  readonly name: string;
  /** @throws {KeyturnError} where it was not taken */
  readonly tell: (occurrence: Occurrence, issuer: string) => Promise<void>;
}

/** What each code means here. The error's own message may name a host that is nobody's business. */
const REASONS: Readonly<Partial<Record<string, string>>> = {
  TIMED_OUT: 'it did not answer in time',
  NETWORK_FAILED: 'it could not be reached',
  RATE_LIMITED: 'it wants fewer requests',
  ANSWER_INVALID: 'its answer was no answer, or led elsewhere',
  CONFIG_INVALID: 'its address is not https, or holds credentials',
  INTERRUPTED: 'there was no time left',
};

/** The one code whose message is written here. */
const REJECTED = 'REMOTE_REJECTED';

/** Why a channel cannot be used, or the channel. One that is for another place, such as the runner of a job, is undefined. */
export function openChannel(
  config: ChannelConfig,
  { env, annotate, clock, trace }: Surroundings,
  fetch: Fetch,
  signal: () => AbortSignal,
): Channel | string | undefined {
  const on = new Set<string>(config.on);
  if (config.format !== 'webhook' && config.format !== 'slack') {
    const runner = runnerOf(env);
    if (runner?.kind !== config.format || annotate === undefined) return undefined;
    return { on, name: runner.title, tell: async (one) => annotate(annotation(one, runner)) };
  }
  const url = config.url ?? env[config.urlEnv ?? ''];
  if (url === undefined || url === '') return `${config.urlEnv ?? ''} is not set`;
  const name =
    config.url === undefined
      ? `the address in ${config.urlEnv ?? ''}`
      : URL.canParse(url)
        ? new URL(url).host
        : 'its address';
  const post = async (body: string, headers: Readonly<Record<string, string>>): Promise<void> => {
    const began = clock.now();
    let status = 'no answer';
    try {
      const response = await fetch(url, {
        method: 'POST',
        headers: { 'content-type': 'application/json', ...headers },
        body,
        signal: signal(),
        repeatable: false,
      });
      status = String(response.status);
    } finally {
      trace?.('request', `POST to ${name} ${status}, ${clock.now() - began} ms`);
    }
    if (!status.startsWith('2')) throw new KeyturnError(REJECTED, `it answered ${status}`);
  };
  if (config.format === 'slack') return { on, name, tell: (one) => post(slackBody(one), {}) };
  const secret = env[config.secretEnv];
  if (secret === undefined || secret === '') return `${config.secretEnv} is not set`;
  return {
    on,
    name,
    tell: (one, issuer) => {
      const body = webhookBody(one, issuer, clock.now());
      return post(body, { ...signature(body, secret, clock.now()), 'keyturn-event': one.event });
    },
  };
}

/** Why telling failed, in words that name no address. */
export function reasonOf(error: unknown): string {
  // A mistake of ours must not stop a rotation either.
  if (!KeyturnError.is(error))
    return `an unforeseen ${error instanceof Error ? error.name : typeof error}`;
  return error.code === REJECTED
    ? error.message
    : (REASONS[error.code] ?? `it failed (${error.code})`);
}
