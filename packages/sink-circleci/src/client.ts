import type { AdapterContext, CallOptions, KeyturnError } from '@keyturn/core';
import { pageBound, readJson, sizeOf, type JsonObject } from '@keyturn/http';

import { environmentToken, installation, type Installation } from './connection.ts';
import { CHECK_HOST, listInvalid } from './messages.ts';
import { movedError, refusal } from './refusal.ts';
import type { CircleciTarget } from './target.ts';

interface Outgoing {
  readonly method: 'GET' | 'POST' | 'PUT' | 'DELETE';
  /** Below the base URL of the API, with every part encoded. */
  readonly path: string;
  readonly isOldApi?: boolean;
  readonly query?: Readonly<Record<string, string>>;
  readonly body?: Readonly<Record<string, unknown>>;
}

/** A response of CircleCI, whatever its status. */
export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  /** The size of its body in bytes. */
  readonly size: number;
  /** @throws {KeyturnError} `ANSWER_INVALID` if it is not a JSON object */
  readonly json: () => Promise<JsonObject>;
  /** @throws {KeyturnError} `ANSWER_INVALID` if it is not a JSON array */
  readonly items: () => Promise<readonly unknown[]>;
  /** The error to throw if the response is not the expected one. */
  readonly error: () => Promise<KeyturnError>;
}

type Send = (request: Outgoing, options: CallOptions) => Promise<Answer>;

/** Sends requests for one target. */
export interface Client {
  readonly target: CircleciTarget;
  readonly installation: Installation;
  /** @throws {KeyturnError} the error of the context's fetch if there was no response */
  readonly send: Send;
  /**
   * Reads every page of a list, or only the first one.
   *
   * @throws {KeyturnError} also for any response that is not a page
   */
  readonly list: (
    path: string,
    query: Readonly<Record<string, string>>,
    options: CallOptions,
    pages?: 'all' | 'first',
  ) => Promise<readonly JsonObject[]>;
}

/** Makes no request. */
export function createClient(target: CircleciTarget, context: AdapterContext): Client {
  const server = installation(context.env);

  const send: Send = async (request, { signal, beforeWrite }) => {
    const { method, path, isOldApi = false, query = {}, body } = request;
    const token = environmentToken(context.env);
    const search = new URLSearchParams(query).toString();
    const url = `${isOldApi ? server.oldApi : server.api}${path}${search === '' ? '' : `?${search}`}`;
    const what = `${method} ${path}`;
    const response = await context.fetch(url, {
      method,
      headers: {
        accept: 'application/json',
        'circle-token': token.reveal(),
        ...(body !== undefined && { 'content-type': 'application/json' }),
      },
      signal,
      beforeWrite: method === 'GET' ? undefined : beforeWrite,
      // Each try of a write must be announced in the ledger first.
      ...(body !== undefined && { body: JSON.stringify(body), repeatable: false }),
    });
    if (response.url !== '' && response.url !== new URL(url).href)
      throw movedError(target, what, method === 'GET');
    const { value } = body ?? {};
    return {
      status: response.status,
      headers: response.headers,
      size: sizeOf(response),
      json: () => readJson(response, { what: `${target.id}: ${what}`, address: CHECK_HOST }),
      items: () =>
        readJson(response, { what: `${target.id}: ${what}`, address: CHECK_HOST, type: 'array' }),
      error: () =>
        refusal(target, server, what, response, [
          token,
          ...(typeof value === 'string' ? [value] : []),
        ]),
    };
  };

  return { target, installation: server, send, list: listWith(target, send) };
}

/** The same client, but `watch` gets every response. */
export function watched(client: Client, watch: (answer: Answer) => void): Client {
  const send: Send = async (request, options) => {
    const answer = await client.send(request, options);
    watch(answer);
    return answer;
  };
  return { ...client, send, list: listWith(client.target, send) };
}

function listWith(target: CircleciTarget, send: Send): Client['list'] {
  return async (path, query, options, pages = 'all') => {
    const items: JsonObject[] = [];
    const take = pageBound(`${target.id}: GET ${path}`);
    let next: Readonly<Record<string, string>> = {};
    for (;;) {
      const answer = await send({ method: 'GET', path, query: { ...query, ...next } }, options);
      if (answer.status !== 200) throw await answer.error();
      const { items: page, next_page_token: token } = await answer.json();
      if (!Array.isArray(page)) break;
      if (!page.every((item) => typeof item === 'object' && item !== null)) break;
      for (const item of page) items.push(item as JsonObject);
      if (token === null || token === undefined || token === '' || pages === 'first') return items;
      if (typeof token !== 'string') break;
      take(answer.size, token);
      next = { 'page-token': token };
    }
    throw listInvalid(target.id, path);
  };
}
