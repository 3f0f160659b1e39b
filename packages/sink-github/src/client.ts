import { KeyturnError, type AdapterContext, type CallOptions } from '@keyturn/core';
import { readJson, sizeOf } from '@keyturn/http';
import type { Octokit } from '@octokit/rest';

import { apiUrl, identify, VERSION_HEADERS, type Identity } from './connection.ts';
import { CHECK_API_URL, requestInterrupted, requestUnanswered } from './messages.ts';
import { movedError, refusal } from './refusal.ts';
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

/** Makes no request. Octokit is loaded at the first one. */
export function createClient(target: GithubTarget, context: AdapterContext): Client {
  const baseUrl = apiUrl(context.env);
  const identity = identify(ownerOf(target), context);

  const send = async (route: string, parameters: Filling, options: CallOptions) => {
    const token = await identity.token(options);
    const octokit = await open(baseUrl);
    let received: Response | undefined;
    let isMoved = false;
    const fetch = async (url: string, init: Init): Promise<Response> => {
      received = await context.fetch(url, pick(init, options));
      isMoved = received.url !== '' && received.url !== new URL(url).href;
      return received.clone();
    };
    // Parameters of the target that the path does not contain must not become a query.
    const own = Object.entries(target.parameters).filter(([key]) => route.includes(`{${key}}`));
    const filled = { ...Object.fromEntries(own), ...parameters };
    const data = await octokit
      .request(route, {
        ...filled,
        headers: { ...VERSION_HEADERS, authorization: `Bearer ${token.reveal()}` },
        request: { signal: options.signal, fetch },
      })
      .then((answer): unknown => answer.data, dataOfError);
    const named = routeOf(target, route, parameters);
    if (received === undefined) throw unanswered(target, named, options);
    return { received, data, isMoved, token, named };
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
      const { received, data, isMoved, token, named } = await send(route, parameters, options);
      if (isMoved) throw movedError(target, named, await newName(data, options));
      if (received.status === 200 && isText(data))
        await readJson(received, { what: `${target.id}: ${named}`, address: CHECK_API_URL });
      if (received.status === 401) await identity.forget?.(token);
      const { encrypted_value: sealed } = parameters;
      const secrets = [token, ...(typeof sealed === 'string' ? [sealed] : [])];
      const asked = { target, route: named, identity: identity.kind, secrets, api: baseUrl };
      const { status, headers } = received;
      const size = sizeOf(received);
      return { status, headers, data, size, error: () => refusal(asked, received, data) };
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

/** Whether Octokit took a body for text, such as a login page. */
function isText(data: unknown): boolean {
  return typeof data === 'string' && data !== '';
}

/** The account that a target belongs to. */
export function ownerOf({ parameters: { owner, org } }: GithubTarget): string {
  return owner ?? org ?? '';
}

/**
 * Octokit without its throttling and retry plugins, which queue all writes of a process a second apart, ignore `Retry-After` and
 * retry aborted requests. The context's fetch does that work.
 */
function open(baseUrl: string): Promise<Octokit> {
  const known = opened.get(baseUrl) ?? load(baseUrl);
  opened.set(baseUrl, known);
  return known;
}

/** One for all targets of a server: it has no state of a target, and needs more memory than the rest of one. */
const opened = new Map<string, Promise<Octokit>>();

async function load(baseUrl: string): Promise<Octokit> {
  const { Octokit } = await import('@octokit/rest');
  const log = { debug() {}, info() {}, warn() {}, error() {} };
  return new Octokit({ baseUrl, log, request: { log } });
}

type Init = Parameters<AdapterContext['fetch']>[1];

/** Keeps only the options that the contract of {@link AdapterContext.fetch} has, and adds the permission to write to every write. */
function pick(
  { method = 'GET', headers, body, signal }: NonNullable<Init> = {},
  { beforeWrite }: CallOptions,
): NonNullable<Init> {
  const isWrite = method !== 'GET';
  return {
    method,
    ...(headers !== undefined && { headers }),
    ...(body !== undefined && { body }),
    ...(signal !== undefined && { signal }),
    // Each try of a write must be announced in the ledger first.
    ...(isWrite && method !== 'DELETE' && { repeatable: false }),
    ...(isWrite && beforeWrite !== undefined && { beforeWrite }),
  };
}

/**
 * Octokit's errors contain the request with its body, so they are never passed on: only the body of the response is kept, or the
 * context's own error that they wrap.
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
    ? requestInterrupted(id, route, effect)
    : requestUnanswered(id, route, effect);
}
