import type { AdapterContext, CallOptions, KeyturnError, Secret } from '@keyturn/core';
import { pageBound, readJson, sizeOf, type JsonObject } from '@keyturn/http';

import { gitlabUrl, readToken } from './connection.ts';
import * as messages from './messages.ts';
import { idOf, type Place } from './place.ts';

const PER_PAGE = 100;

export interface RequestOptions extends CallOptions {
  readonly body?: JsonObject;
  /** Instead of the environment's. */
  readonly token?: Secret;
}

export interface Page {
  /** Not validated yet. */
  readonly items: readonly unknown[];
  /** How many items all pages have, if GitLab says it. */
  readonly total: number | undefined;
}

/** The requests to GitLab's API (docs: https://docs.gitlab.com/api/rest). */
export class Api {
  readonly id: string;
  readonly server: string;
  readonly place: Place;
  readonly #context: AdapterContext;
  readonly #token: Secret | undefined;

  /** Without `token` it acts with that of the environment, read at each call. */
  constructor(kind: string, place: Place, context: AdapterContext, token?: Secret) {
    this.id = idOf(kind, place);
    this.server = gitlabUrl(context.env);
    this.place = place;
    this.#context = context;
    this.#token = token;
  }

  /** @throws {KeyturnError} `CREDENTIALS_MISSING` */
  get token(): Secret {
    return this.#token ?? readToken(this.#context.env);
  }

  /** The same API, with another token. */
  actingAs(token: Secret): Api {
    const [kind = ''] = this.id.split(':', 1);
    return new Api(kind, this.place, this.#context, token);
  }

  get clock(): AdapterContext['clock'] {
    return this.#context.clock;
  }

  /**
   * Makes one request, and resolves with the response whatever its status.
   *
   * @param path below `/api/v4`, every part of it encoded
   * @throws {KeyturnError} `TARGET_NOT_FOUND` for a redirect that was followed: GitLab redirects reads of an old path, but refuses writes;
   * and what the context's fetch throws if there is no response
   */
  async request(method: string, path: string, options: RequestOptions): Promise<Response> {
    const { body, signal, beforeWrite, token = this.token } = options;
    const { href } = new URL(`${this.server}/api/v4${path}`);
    const response = await this.#context.fetch(href, {
      method,
      headers: {
        accept: 'application/json',
        authorization: `Bearer ${token.reveal()}`,
        'user-agent': 'keyturn',
        ...(body !== undefined && { 'content-type': 'application/json' }),
      },
      ...(body !== undefined && { body: JSON.stringify(body) }),
      ...(method !== 'GET' && { beforeWrite }),
      signal,
    });
    if (response.url === '' || response.url === href) return response;
    const isLogin = /\/(?:users\/)?sign_in$/.test(new URL(response.url).pathname);
    throw isLogin ? messages.loginRedirected(this.id) : messages.moved(this.id);
  }

  /**
   * Every page of a list (docs: «REST API», offset-based pagination).
   *
   * @param failed makes the error for a refused page
   * @throws {KeyturnError} `ANSWER_INVALID` for a list that has another form or does not end
   */
  async *pages(
    path: string,
    query: Readonly<Record<string, string>>,
    what: string,
    options: CallOptions,
    failed: (response: Response) => Promise<KeyturnError>,
  ): AsyncGenerator<Page> {
    const take = pageBound(what);
    for (let page = 1; ; page++) {
      const search = new URLSearchParams({ ...query, per_page: `${PER_PAGE}`, page: `${page}` });
      const response = await this.request('GET', `${path}?${search.toString()}`, options);
      if (response.status !== 200) throw await failed(response);
      take(sizeOf(response));
      const address = messages.CHECK_HOST;
      const items = await readJson(response, { what, address, type: 'array' });
      const total = response.headers.get('x-total') ?? '';
      yield { items, total: /^\d{1,9}$/.test(total) ? Number(total) : undefined };
      const next = response.headers.get('x-next-page');
      if (items.length === 0 || (next === null ? items.length < PER_PAGE : next === '')) return;
      if (next !== null && next !== `${page + 1}`) throw messages.listDiscontinued(what, page);
    }
  }
}
