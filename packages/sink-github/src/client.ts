import { KeyturnError, type AdapterContext, type CallOptions } from '@keyturn/core';
import type { Octokit } from '@octokit/rest';

import { apiUrl, identify, VERSION_HEADERS, type Identity } from './connection.ts';
import { movedError, refusal } from './refusal.ts';
import type { GithubTarget } from './target.ts';

/** What GitHub answered, whatever its status. */
export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  /** The body, as nobody has checked it. */
  readonly data: unknown;
  /** The error that the answer stands for, where it is not the one that was hoped for. */
  readonly error: () => Promise<KeyturnError>;
}

/** Requests within one target: its owner, repository, environment or organization fill the route. */
export interface Client {
  readonly target: GithubTarget;
  readonly identity: Identity['kind'];
  /**
   * Sends `METHOD /path/{parameter}` and resolves with every answer. Parameters that are not in the path
   * become the query or the body.
   *
   * @throws {KeyturnError} where there was no answer, with what the context's fetch says of it
   */
  readonly request: (
    route: string,
    parameters: Readonly<Record<string, unknown>>,
    options: CallOptions,
  ) => Promise<Answer>;
}

/** Prepares requests without making one; Octokit is loaded for the first. */
export function createClient(target: GithubTarget, context: AdapterContext): Client {
  const baseUrl = apiUrl(context.env);
  const identity = identify(ownerOf(target), context);
  return {
    target,
    identity: identity.kind,
    request: async (route, parameters, options) => {
      const token = await identity.token(options);
      const octokit = await open(baseUrl);
      let response: Response | undefined;
      const fetch = async (url: string, init: Init): Promise<Response> => {
        response = await context.fetch(url, pick(init));
        if (response.url !== '' && response.url !== new URL(url).href)
          throw movedError(target, route);
        return response.clone();
      };
      const data = await octokit
        .request(route, {
          ...target.parameters,
          ...parameters,
          headers: { ...VERSION_HEADERS, authorization: `Bearer ${token.reveal()}` },
          request: { signal: options.signal, fetch },
        })
        .then((answer): unknown => answer.data, dataOfError);
      if (response === undefined) throw unanswered(target, route, options);
      const received = response;
      if (received.status === 401) await identity.forget?.(token);
      const { encrypted_value: sealed } = parameters;
      const secrets = [token, ...(typeof sealed === 'string' ? [sealed] : [])];
      return {
        status: received.status,
        headers: received.headers,
        data,
        error: () => refusal({ target, route, identity: identity.kind, secrets }, received),
      };
    },
  };
}

/** The account that a target belongs to. */
export function ownerOf({ parameters: { owner, org } }: GithubTarget): string {
  return owner ?? org ?? '';
}

/**
 * Octokit without its throttling and retry plugins: those queue all writes of a process a second apart, ignore
 * `Retry-After` and repeat what was aborted. The context's fetch does that work.
 */
function open(baseUrl: string): Promise<Octokit> {
  const known = opened.get(baseUrl) ?? load(baseUrl);
  opened.set(baseUrl, known);
  return known;
}

/** One for all targets of a server: it holds nothing of any, and takes more memory than all the rest of one. */
const opened = new Map<string, Promise<Octokit>>();

async function load(baseUrl: string): Promise<Octokit> {
  const { Octokit } = await import('@octokit/rest');
  const log = { debug() {}, info() {}, warn() {}, error() {} };
  return new Octokit({ baseUrl, log, request: { log } });
}

type Init = Parameters<AdapterContext['fetch']>[1];

/** Of what Octokit asks for, only what the contract of {@link AdapterContext.fetch} knows. */
function pick({ method, headers, body, signal }: NonNullable<Init> = {}): NonNullable<Init> {
  return {
    ...(method !== undefined && { method }),
    ...(headers !== undefined && { headers }),
    ...(body !== undefined && { body }),
    ...(signal !== undefined && { signal }),
    // Each try of a write has to be announced in the ledger first.
    ...(method === 'PUT' && { repeatable: false }),
  };
}

/**
 * Octokit's errors hold the request with its body, so none goes on: what is left of one is the body of the answer, or
 * the context's own error, which it wraps.
 */
function dataOfError(error: unknown): unknown {
  if (KeyturnError.is(error)) throw error;
  if (!(error instanceof Error)) return undefined;
  if (KeyturnError.is(error.cause)) throw error.cause;
  return (error as { response?: { data?: unknown } }).response?.data;
}

function unanswered({ id }: GithubTarget, route: string, { signal }: CallOptions): KeyturnError {
  const effect = route.startsWith('GET ') ? 'none' : 'unknown';
  return signal.aborted
    ? new KeyturnError('INTERRUPTED', `${id}: ${route} was interrupted`, {
        hint: 'Run it again.',
        effect,
      })
    : new KeyturnError('NETWORK_FAILED', `${id}: ${route} was not answered`, {
        hint: 'Check the network, and GITHUB_API_URL.',
        effect,
      });
}
