import {
  KeyturnError,
  type AdapterContext,
  type CallOptions,
  type FetchInit,
  type Secret,
} from '@keyturn/core';
import { readJson, sizeOf } from '@keyturn/http';

import { apiUrl, identify, VERSION_HEADERS, type Identity } from './connection.ts';
import { CHECK_API_URL, requestInterrupted, requestUnanswered } from './messages.ts';
import { movedError, refusal } from './refusal.ts';
import { fillRoute } from './route.ts';
import type { GithubTarget } from './target.ts';

/** A response of GitHub, whatever its status. */
export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  /** The unchecked body. */
  readonly data: unknown;
  /** The size of its body in bytes. */
  readonly size: number;
  /** The error to throw if the response is not the expected one. */
  readonly error: () => Promise<KeyturnError>;
}

/** Sends requests for one target: its owner, repository, environment or organization fill the route. */
export interface Client {
  readonly target: GithubTarget;
  readonly identity: Identity;
  /**
   * Sends `METHOD /path/{parameter}` and resolves with every response. Parameters that are not in the path become the query or the
   * body.
   *
   * @throws {KeyturnError} `TARGET_NOT_FOUND` if the repository was renamed, and the error of the context's fetch if there was no
   * response
   */
  readonly request: (route: string, parameters: Filling, options: CallOptions) => Promise<Answer>;
}

type Filling = Readonly<Record<string, unknown>>;

/** Makes no request. */
export function createClient(target: GithubTarget, context: AdapterContext): Client {
  const baseUrl = apiUrl(context.env);
  const identity = identify(ownerOf(target), context);

  const send = async (route: string, parameters: Filling, options: CallOptions) => {
    const token = await identity.token(options);
    // Parameters of the target that the path does not contain must not become a query.
    const own = Object.entries(target.parameters).filter(([key]) => route.includes(`{${key}}`));
    const filled = { ...Object.fromEntries(own), ...parameters };
    const { method, url, body } = fillRoute(baseUrl, route, filled);
    const init = initOf(method, body, token, options);
    const received = await context.fetch(url, init).catch((error: unknown) => {
      // Another fetch might quote the request.
      throw KeyturnError.is(error)
        ? error
        : unanswered(target, routeOf(target, route, parameters), options);
    });
    const isMoved =
      received.url !== url && received.url !== '' && received.url !== new URL(url).href;
    const data = await dataOf(received);
    return { received, data, isMoved, token };
  };

  /** GitHub redirects reads of the old name, but only the repository itself shows the new one. */
  const newName = async (data: unknown, options: CallOptions): Promise<string | undefined> => {
    if (!('repo' in target.parameters)) return undefined;
    const told = fullNameIn(data);
    if (told !== undefined) return told;
    const look = await send(REPOSITORY, {}, options).catch(() => undefined);
    return fullNameIn(look?.data);
  };

  return {
    target,
    identity,
    request: async (route, parameters, options) => {
      const { received, data, isMoved, token } = await send(route, parameters, options);
      const named = (): string => routeOf(target, route, parameters);
      if (isMoved) throw movedError(target, named(), await newName(data, options));
      if (received.status === 200 && isText(data))
        await readJson(received, { what: `${target.id}: ${named()}`, address: CHECK_API_URL });
      if (received.status === 401) await identity.forget?.(token);
      const error = (): Promise<KeyturnError> => {
        const { encrypted_value: sealed } = parameters;
        const secrets = [token, ...(typeof sealed === 'string' ? [sealed] : [])];
        const asked = { target, route: named(), identity: identity.kind, secrets, api: baseUrl };
        return refusal(asked, received, data);
      };
      const { status, headers } = received;
      return { status, headers, data, size: sizeOf(received), error };
    },
  };
}

/** Shows a repository's number, its current name and whether it can be written. */
export const REPOSITORY = 'GET /repos/{owner}/{repo}';

/** The current name of a repository, `OWNER/REPO`; undefined for any other response. */
export function fullNameIn(data: unknown): string | undefined {
  const { full_name: name } = (data ?? {}) as { full_name?: unknown };
  const isName = typeof name === 'string' && /^[\w-]{1,100}\/[\w.-]{1,100}$/.test(name);
  return isName ? name : undefined;
}

/** The route with its parameters filled in, for a message. */
export function routeOf(target: GithubTarget, route: string, more: Filling = {}): string {
  const parameters: Filling = { ...target.parameters, ...more };
  return route.replaceAll(/\{(\w+)\}/g, (whole, key: string) => {
    const value = parameters[key];
    return typeof value === 'string' ? value : whole;
  });
}

/** Whether a body is not JSON, such as a login page. */
function isText(data: unknown): boolean {
  return typeof data === 'string' && data !== '';
}

/** The account that a target belongs to. */
export function ownerOf({ parameters: { owner, org } }: GithubTarget): string {
  return owner ?? org ?? '';
}

/** Adds the permission to write to every write. */
function initOf(
  method: string,
  body: string | undefined,
  token: Secret,
  { signal, beforeWrite }: CallOptions,
): FetchInit {
  const isWrite = method !== 'GET';
  return {
    method,
    headers: {
      ...VERSION_HEADERS,
      authorization: `Bearer ${token.reveal()}`,
      ...(body !== undefined && { 'content-type': 'application/json; charset=utf-8' }),
    },
    ...(body !== undefined && { body }),
    signal,
    // Each try of a write must be announced in the ledger first.
    ...(isWrite && method !== 'DELETE' && { repeatable: false }),
    ...(isWrite && beforeWrite !== undefined && { beforeWrite }),
  };
}

/** The body of a response: JSON as a value, anything else as text. The response itself can still be read. */
async function dataOf(response: Response): Promise<unknown> {
  const text = await response
    .clone()
    .text()
    .catch(() => '');
  if (!(response.headers.get('content-type') ?? '').includes('json')) return text;
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

function unanswered({ id }: GithubTarget, route: string, { signal }: CallOptions): KeyturnError {
  const effect = route.startsWith('GET ') ? 'none' : 'unknown';
  return signal.aborted
    ? requestInterrupted(id, route, effect)
    : requestUnanswered(id, route, effect);
}
