import { KeyturnError, type AdapterContext, type CallOptions } from '@keyturn/core';
import { pageBound, readJson, sizeOf, type JsonObject } from '@keyturn/http';

import { credentialsFrom, type Credentials } from './credentials.ts';
import type { Settings } from './options.ts';

const PER_PAGE = 100;

export interface RequestOptions extends CallOptions {
  readonly body?: JsonObject;
  readonly repeatable?: boolean;
  /** Others than the environment's. */
  readonly credentials?: Credentials;
}

export interface Page {
  /** As nobody has checked them. */
  readonly items: readonly unknown[];
  /** How many items there are on all pages, where the API says it. */
  readonly total: number | undefined;
}

/** The requests to PlanetScale's API (docs: https://planetscale.com/docs/api/reference). */
export class Api {
  readonly id: string;
  readonly server: string;
  readonly org: string;
  /** The path of the organization's tokens. */
  readonly tokens: string;
  readonly #settings: Settings;
  readonly #context: AdapterContext;
  readonly #credentials: Credentials | undefined;

  /** Without credentials it acts with those of the environment, as they are at each call. */
  constructor(settings: Settings, context: AdapterContext, credentials?: Credentials) {
    const { org, server } = settings;
    this.id = `planetscale:${org}`;
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

  /** The same requests, with other credentials. */
  actingAs(credentials: Credentials): Api {
    return new Api(this.#settings, this.#context, credentials);
  }

  get clock(): AdapterContext['clock'] {
    return this.#context.clock;
  }

  token(id: string): string {
    if (id.startsWith('pscale_'))
      throw new KeyturnError('USAGE_INVALID', "that is a token's secret, and not its id", {
        hint: 'Give the id, of 12 lower-case letters and digits, as keyturn token list shows it.',
        effect: 'none',
      });
    if (/^[A-Za-z0-9_-]{1,64}$/.test(id)) return `${this.tokens}/${id}`;
    throw new KeyturnError('USAGE_INVALID', `"${id.slice(0, 80)}" is not the id of a token`, {
      hint: 'Write its 12 lower-case letters and digits.',
      effect: 'none',
    });
  }

  /**
   * Makes one request, and resolves with every answer.
   *
   * @throws {KeyturnError} `TARGET_NOT_FOUND` for a redirect that was followed: what another organization answers proves nothing of this
   * one. And what the context's fetch says if there is no answer
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
    throw new KeyturnError('TARGET_NOT_FOUND', `${this.id}: a request was redirected`, {
      hint: 'Was the organization renamed? Write its name as its URL has it.',
      effect: 'none',
    });
  }

  /**
   * Every page of a list, until `next_page` is null (docs: API, pagination; at most 100 items each).
   *
   * @param failed makes the error for a page that is refused
   * @throws {KeyturnError} `ANSWER_INVALID` for pages that do not lead on
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
      if (!Array.isArray(data)) throw invalid(what, 'has no items');
      yield {
        items: data as readonly unknown[],
        total: typeof total === 'number' ? total : undefined,
      };
      if (next === null || next === undefined) return;
      if (typeof next !== 'number' || next !== page + 1)
        throw invalid(what, `does not lead on from page ${page}`);
      page = next;
    }
  }
}

export function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function invalid(what: string, why: string): KeyturnError {
  return new KeyturnError('ANSWER_INVALID', `${what} ${why}`, {
    hint: 'Is the address right? Run it again in a while.',
    effect: 'none',
  });
}
