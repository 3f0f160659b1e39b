import {
  KeyturnError,
  reveal,
  type AdapterContext,
  type CallOptions,
  type Effect,
  type FetchInit,
  type Secret,
} from '@keyturn/core';

import { readJson } from '@keyturn/http';

import { variablesApi, type VariablesApi } from './api.ts';
import { gitlabUrl, readToken } from './connection.ts';
import { CHECK_HOST, loginRedirected, requestInterrupted, requestUnanswered } from './messages.ts';
import { movedError, refusal } from './refusal.ts';
import type { GitlabTarget } from './target.ts';

/** A response of GitLab, whatever its status. */
export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  /** The unchecked body. */
  readonly data: unknown;
  /** The effect of the request if its response is invalid. */
  readonly effect: Effect;
  /** The error to throw if the response is not the expected one. */
  readonly error: () => Promise<KeyturnError>;
}

/** One request, as messages describe it. */
export interface Request {
  /** What it does: `reading TOKEN`. */
  readonly what: string;
  readonly writes: boolean;
  /** What it sends that an error must not show. */
  readonly secrets?: readonly (Secret | string)[];
}

/** Sends requests for one target. */
export interface Client {
  readonly target: GitlabTarget;
  /**
   * Makes one request and resolves with every response.
   *
   * @throws {KeyturnError} the error of the context's fetch if there was no response
   */
  readonly request: (
    request: Request,
    send: (api: VariablesApi) => Promise<unknown>,
    options: CallOptions,
  ) => Promise<Answer>;
  /** The same place in another environment scope. */
  readonly inScope: (scope: string) => Client;
}

/** Makes no request. Gitbeaker is loaded at the first one. */
export function createClient(target: GitlabTarget, context: AdapterContext): Client {
  const host = gitlabUrl(context.env);
  let loading: ReturnType<typeof load> | undefined;
  return {
    target,
    inScope: (scope) => createClient({ ...target, scope }, context),
    request: async (request, send, options) => {
      const token = readToken(context.env);
      const { gitbeaker, createRequesterFn } = await (loading ??= load());
      let received: Received | undefined;
      // Gitbeaker's own requester waits milliseconds instead of seconds, retries what must not be retried, does not support
      // abort, and puts the token into its errors. This one leaves all that to the context's fetch.
      const requesterFn = createRequesterFn(
        (_, prepared) => Promise.resolve(prepared),
        async (endpoint, prepared) => {
          const url = urlOf(endpoint, prepared as Prepared);
          const response = await context.fetch(url, initOf(prepared as Prepared, options));
          const isMoved = response.url !== '' && response.url !== url;
          received = { response, data: await bodyOf(response), isMoved };
          return { body: null, headers: {}, status: response.status };
        },
      );
      const api = variablesApi(gitbeaker, target, {
        host,
        oauthToken: () => Promise.resolve(token.reveal()),
        requesterFn,
        queryTimeout: null,
        rateLimits: {},
      });
      await send(api).catch((error: unknown) => {
        if (KeyturnError.is(error)) throw error;
      });
      if (received === undefined) throw unanswered(target, request, options);
      const { response, data, isMoved } = received;
      const isLogin = isMoved && /\/(?:users\/)?sign_in$/.test(new URL(response.url).pathname);
      if (isLogin) throw loginRedirected(target.id, request.what);
      if (isMoved) throw movedError(target, request, data);
      if (response.status === 200 && data === undefined && !request.writes)
        await readJson(response, { what: `${target.id}: ${request.what}`, address: CHECK_HOST });
      const secrets = [token, ...(request.secrets ?? [])].map(reveal);
      return {
        status: response.status,
        headers: response.headers,
        data,
        effect: request.writes ? 'unknown' : 'none',
        error: () => refusal(target, request, response, secrets),
      };
    },
  };
}

interface Received {
  readonly response: Response;
  readonly data: unknown;
  /** It came from another URL than requested. */
  readonly isMoved: boolean;
}

/** A request as gitbeaker prepares it. */
interface Prepared {
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
  readonly prefixUrl?: string;
  readonly searchParams?: string;
}

async function load() {
  const [gitbeaker, { createRequesterFn }] = await Promise.all([
    import('@gitbeaker/rest'),
    import('@gitbeaker/requester-utils'),
  ]);
  return { gitbeaker, createRequesterFn };
}

function urlOf(endpoint: string, { prefixUrl = '', searchParams }: Prepared): string {
  const url = new URL(`${prefixUrl.replace(/\/+$/, '')}/${endpoint}`);
  url.search = searchParams ?? '';
  return url.href;
}

function initOf(
  { method = 'GET', headers, body }: Prepared,
  { signal, beforeWrite }: CallOptions,
): FetchInit {
  return {
    method,
    headers: { ...headers, accept: 'application/json', 'user-agent': 'keyturn' },
    ...(body !== undefined && body !== '{}' && { body }),
    signal,
    // Each try of a write must be announced in the ledger first.
    ...(method !== 'GET' && { repeatable: false, beforeWrite }),
  };
}

/** The body as JSON; undefined if it is not JSON, such as the text of a rate limit. */
async function bodyOf(response: Response): Promise<unknown> {
  const text = await response.clone().text();
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}

function unanswered({ id }: GitlabTarget, request: Request, { signal }: CallOptions): KeyturnError {
  const effect = request.writes ? 'unknown' : 'none';
  return signal.aborted
    ? requestInterrupted(id, request.what, effect)
    : requestUnanswered(id, request.what, effect);
}
