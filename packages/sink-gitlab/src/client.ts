import {
  KeyturnError,
  reveal,
  type AdapterContext,
  type CallOptions,
  type Effect,
  type FetchInit,
  type Secret,
} from '@keyturn/core';

import { variablesApi, type VariablesApi } from './api.ts';
import { gitlabUrl, readToken } from './connection.ts';
import { movedError, refusal } from './refusal.ts';
import type { GitlabTarget } from './target.ts';

/** What GitLab answered, whatever its status. */
export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  /** The body, as nobody has checked it. */
  readonly data: unknown;
  /** What the request may have changed, where its answer makes no sense. */
  readonly effect: Effect;
  /** The error that the answer stands for, where it is not the one that was hoped for. */
  readonly error: () => Promise<KeyturnError>;
}

/** One request, by its words for messages. */
export interface Request {
  /** What it does: `reading TOKEN`. */
  readonly what: string;
  readonly writes: boolean;
  /** What it sends that no error may show. */
  readonly secrets?: readonly (Secret | string)[];
}

/** Requests within one target. */
export interface Client {
  readonly target: GitlabTarget;
  /**
   * Makes one request and resolves with every answer.
   *
   * @throws {KeyturnError} where there was no answer, with what the context's fetch says of it
   */
  readonly request: (
    request: Request,
    send: (api: VariablesApi) => Promise<unknown>,
    options: CallOptions,
  ) => Promise<Answer>;
  /** The same place in another environment scope. */
  readonly inScope: (scope: string) => Client;
}

/** Prepares requests without making one; gitbeaker is loaded for the first. */
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
      // Gitbeaker's own requester waits milliseconds where it means seconds, repeats what must not be repeated, knows no
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
      if (isMoved) throw movedError(target, request, data);
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
  /** It came from another address than was asked. */
  readonly isMoved: boolean;
}

/** What gitbeaker has made of a method's arguments. */
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
    // Each try of a write has to be announced in the ledger first.
    ...(method !== 'GET' && { repeatable: false, beforeWrite }),
  };
}

/** The body as JSON; undefined where it is none, such as the text of a rate limit. */
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
    ? new KeyturnError('INTERRUPTED', `${id}: ${request.what} was interrupted`, {
        hint: 'Run it again.',
        effect,
      })
    : new KeyturnError('NETWORK_FAILED', `${id}: ${request.what} was not answered`, {
        hint: 'Check the network, and GITLAB_HOST.',
        effect,
      });
}
