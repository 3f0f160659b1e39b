import { withEffect, type AdapterContext, type CallOptions } from '@keyturn/core';

import { keysFrom, type Keys } from './credentials.ts';
import { endpointOf, type Service } from './endpoints.ts';
import * as messages from './messages.ts';
import type { Settings } from './options.ts';
import { failureOf, type Failure } from './refusal.ts';
import { child, parseXml, type Element } from './xml.ts';

/** docs: the versions of the two query APIs. */
const VERSIONS = { iam: '2010-05-08', sts: '2011-06-15' } as const;
/** Pauses before a request is repeated that AWS did not process, in milliseconds. */
const PAUSES = [1_000, 2_000, 4_000, 8_000];

export interface Request {
  readonly service?: Service;
  readonly action: string;
  readonly parameters?: Readonly<Record<string, string>>;
  /** Changes something. Whether it may be repeated after a lost answer, then. */
  readonly writes?: 'once' | 'repeatable';
  /** Instead of the environment's. */
  readonly keys?: Keys;
}

/** The result of an action, or why there is none. */
export type Answer =
  | { readonly ok: true; readonly result: Element }
  | { readonly ok: false; readonly failure: Failure };

/** The requests to IAM and STS, in AWS's query protocol. */
export class Api {
  readonly id: string;
  readonly server: string;
  readonly user: string;
  readonly account: string | undefined;
  readonly #settings: Settings;
  readonly #context: AdapterContext;
  readonly #keys: Keys | undefined;
  /** The keys that are derived from secret keys, by day. */
  readonly #derived = new Map<string, ArrayBuffer>();

  /** Without `keys` it acts with those of the environment, read at each call. */
  constructor(settings: Settings, context: AdapterContext, keys?: Keys) {
    const { user, account } = settings;
    this.id = `aws-iam:${account === undefined ? user : `${account}/${user}`}`;
    this.server = endpointOf('iam', context.env).url;
    this.user = user;
    this.account = account;
    this.#settings = settings;
    this.#context = context;
    this.#keys = keys;
  }

  /** @throws {KeyturnError} `CREDENTIALS_MISSING`, `AUTH_DENIED` */
  get keys(): Keys {
    return this.#keys ?? keysFrom(this.#context.env);
  }

  /** The same API, with other credentials. */
  actingAs(keys: Keys): Api {
    return new Api(this.#settings, this.#context, keys);
  }

  get clock(): AdapterContext['clock'] {
    return this.#context.clock;
  }

  /**
   * Makes one request, and resolves with what AWS says. What AWS was too busy for is repeated, and so are failed reads.
   *
   * @throws {KeyturnError} `ANSWER_INVALID` for a success that is not one of AWS's, and what the context's fetch throws if there is no
   * response
   */
  async send(request: Request, call: CallOptions): Promise<Answer> {
    const isRead = request.writes === undefined;
    try {
      for (const pause of PAUSES) {
        const answer = await this.#try(request, call);
        const isPassing =
          !answer.ok && (answer.failure.isBusy || (isRead && answer.failure.status === 500));
        if (!isPassing) return answer;
        await this.clock.sleep(pause, call.signal);
      }
      return await this.#try(request, call);
    } catch (error) {
      // The protocol posts reads, too.
      throw isRead ? withEffect(error, 'none') : error;
    }
  }

  async #try(request: Request, { signal, beforeWrite }: CallOptions): Promise<Answer> {
    const { action, writes, keys = this.keys } = request;
    const { url, headers, body } = await this.#sign(request, keys);
    const response = await this.#context.fetch(url, {
      method: 'POST',
      headers,
      body,
      repeatable: writes !== 'once',
      ...(writes !== undefined && { beforeWrite }),
      signal,
    });
    const what = messages.request(this.id, action);
    if (response.url !== '' && response.url !== url) throw messages.redirected(what);
    const root = parseXml(await response.clone().text());
    if (response.status !== 200) {
      const failure = await failureOf(response, root, [keys.secret, keys.session]);
      return {
        ok: false,
        failure: writes === undefined ? { ...failure, effect: 'none' } : failure,
      };
    }
    const result =
      root?.name === `${action}Response` ? (child(root, `${action}Result`) ?? root) : undefined;
    if (result === undefined) throw messages.answerMalformed(what, 'unknown');
    return { ok: true, result };
  }

  async #sign({ service = 'iam', action, parameters = {} }: Request, keys: Keys) {
    const { url, region } = endpointOf(service, this.#context.env);
    const form = { Action: action, Version: VERSIONS[service], ...parameters };
    const body = new URLSearchParams(form).toString().replaceAll('+', '%20');
    // Only its signer is used: retries, deadlines and redaction are those of the fetch that was given.
    const { AwsV4Signer } = await import('aws4fetch');
    const signer = new AwsV4Signer({
      method: 'POST',
      url: `${url}/`,
      headers: { accept: 'text/xml', 'content-type': 'application/x-www-form-urlencoded' },
      body,
      accessKeyId: keys.id,
      secretAccessKey: keys.secret.reveal(),
      ...(keys.session !== undefined && { sessionToken: keys.session.reveal() }),
      service,
      region,
      cache: this.#derived,
      datetime: new Date(this.clock.now()).toISOString().replaceAll(/[:-]|\.\d{3}/g, ''),
    });
    const signed = await signer.sign();
    return { url: signed.url.href, headers: Object.fromEntries(signed.headers), body };
  }
}
