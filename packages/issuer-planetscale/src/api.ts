import type { AdapterContext, CallOptions, FetchInit, KeyturnError } from '@keyturn/core';
import { pageBound, readJson, sizeOf, type JsonObject } from '@keyturn/http';

import { credentialsFrom, type Credentials } from './credentials.ts';
import * as messages from './messages.ts';
import type { Settings } from './options.ts';

const PER_PAGE = 100;

export interface RequestOptions extends CallOptions {
  readonly body?: JsonObject;
  readonly repeatable?: boolean;
  /** Instead of the environment's. */
  readonly credentials?: Credentials;
}

export interface Page {
  /** Not validated yet. */
  readonly items: readonly unknown[];
  /** How many items all pages have, if the API says it. */
  readonly total: number | undefined;
}

/** The requests to PlanetScale's API (docs: https://planetscale.com/docs/api/reference). */
export class Api {
  /** The issuer's. */
  readonly id: string;
  readonly server: string;
  readonly org: string;
  /** The path of the organization's tokens. */
  readonly tokens: string;
  readonly #settings: Settings;
  readonly #context: AdapterContext;
  readonly #credentials: Credentials | undefined;

  /** Without `credentials` it acts with those of the environment, read at each call. */
  constructor(settings: Settings, context: AdapterContext, credentials?: Credentials) {
    const { org, server, id = `planetscale:${org}` } = settings;
    this.id = id;
    this.server = server;
    this.org = org;
    this.tokens = `/organizations/${org}/service-tokens`;
    this.#settings = settings;
    this.#context = context;
    this.#credentials = credentials;
  }

  /** @throws {KeyturnError} `CREDENTIALS_MISSING`, `AUTH_DENIED` */
  get credentials(): Credentials {
    return this.#credentials ?? credentialsFrom(this.#context.env);
  }

  /** The same API, with other credentials. */
  actingAs(credentials: Credentials): Api {
    return new Api(this.#settings, this.#context, credentials);
  }

  get clock(): AdapterContext['clock'] {
    return this.#context.clock;
  }

  /** The path of one token. */
  token(id: string): string {
    return this.one(this.tokens, id);
  }

  /** The path of one thing of a list. */
  one(list: string, id: string): string {
    if (id.startsWith('pscale_')) throw messages.secretAsId();
    if (/^[A-Za-z0-9_-]{1,64}$/.test(id)) return `${list}/${id}`;
    throw messages.idInvalid(id);
  }

  /**
   * Makes one request, and resolves with the response whatever its status.
   *
   * @throws {KeyturnError} `TARGET_NOT_FOUND` for a redirect that was followed: a response for another organization proves nothing about
   * this one; and what the context's fetch throws if there is no response
   */
  async request(method: string, path: string, options: RequestOptions): Promise<Response> {
    const { body, signal, repeatable, beforeWrite, credentials = this.credentials } = options;
    const { href } = new URL(`${this.server}/v1${path}`);
    const response = await this.#context.fetch(href, {
      method,
      headers: {
        accept: 'application/json',
        authorization: credentials.header.reveal(),
        ...(body !== undefined && { 'content-type': 'application/json' }),
      },
      ...(body !== undefined && { body: JSON.stringify(body) }),
      ...(repeatable !== undefined && { repeatable }),
      ...(method !== 'GET' && { beforeWrite }),
      signal,
    });
    if (response.url === '' || response.url === href) return response;
    throw messages.redirected(this.id);
  }

  /** Makes one request to another server: a database of the organization. */
  send(url: string, init: FetchInit): Promise<Response> {
    return this.#context.fetch(url, init);
  }

  /**
   * Every page of a list, until `next_page` is null (docs: API, pagination; at most 100 items each).
   *
   * @param failed makes the error for a refused page
   * @throws {KeyturnError} `ANSWER_INVALID` for pages that are not in sequence
   */
  async *pages(
    path: string,
    what: string,
    options: RequestOptions,
    failed: (response: Response) => Promise<KeyturnError>,
  ): AsyncGenerator<Page> {
    const take = pageBound(what);
    for (let page = 1; ;) {
      const query = `?page=${page}&per_page=${PER_PAGE}`;
      const response = await this.request('GET', `${path}${query}`, options);
      if (response.status !== 200) throw await failed(response);
      take(sizeOf(response));
      const { data, next_page: next, total_count: total } = await readJson(response, { what });
      if (!Array.isArray(data)) throw messages.listMalformed(what);
      yield {
        items: data as readonly unknown[],
        total: typeof total === 'number' ? total : undefined,
      };
      if (next === null || next === undefined) return;
      if (typeof next !== 'number' || next !== page + 1)
        throw messages.listDiscontinued(what, page);
      page = next;
    }
  }
}
