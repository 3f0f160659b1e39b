import { createHash } from 'node:crypto';

import { type AdapterContext, KeyturnError, serverTime, withEffect } from '@keyturn/core';

import { type Address, addressOf, read } from './address.ts';
import { describeLocation, type Location } from './location.ts';
import {
  connectionFailed,
  credentialsMissing,
  interrupted,
  timedOut,
  unreachable,
} from './messages.ts';

/** A call of the store, and everything that can end it. */
export interface Call {
  /** Aborted by the caller, or when the call takes too long. */
  readonly signal: AbortSignal;
  /** The caller's own. */
  readonly given: AbortSignal;
}

export interface Outgoing {
  readonly method: 'GET' | 'PUT' | 'DELETE';
  /** The key of the object; empty for the bucket. Only characters that need no encoding. */
  readonly key: string;
  readonly query?: Readonly<Record<string, string>>;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
}

/** A response of S3, whatever its status. */
export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
}

/** How far the server's clock was ahead when it last answered, in milliseconds, give or take half a second. */
interface Dated {
  readonly ahead: number;
  /** By this machine's clock. */
  readonly at: number;
}

/** Sends signed requests to one bucket. */
export class Client {
  /** The location, as messages name it. */
  readonly location: string;
  /** The bucket's URL: what service a proof is about. */
  readonly service: string;
  readonly #context: AdapterContext;
  readonly #address: Address;
  readonly #patience: number;
  /** The keys that are derived from the secret key, by day. */
  readonly #derived = new Map<string, ArrayBuffer>();
  #dated: Dated | undefined;

  /** @param patience the most that one call of the store may take, in milliseconds */
  constructor(location: Location, context: AdapterContext, patience: number) {
    this.location = describeLocation(location);
    this.#context = context;
    this.#address = addressOf(location, context.env);
    this.#patience = patience;
    this.service = this.#address.base;
  }

  get clock(): AdapterContext['clock'] {
    return this.#context.clock;
  }

  get random(): AdapterContext['random'] {
    return this.#context.random;
  }

  get dated(): Dated | undefined {
    return this.#dated;
  }

  call({ signal }: { readonly signal: AbortSignal }): Call {
    return {
      given: signal,
      signal: AbortSignal.any([signal, AbortSignal.timeout(this.#patience)]),
    };
  }

  /** A call that takes as long as its reader does. */
  stream({ signal }: { readonly signal: AbortSignal }): Call {
    return { given: signal, signal };
  }

  /**
   * Sends a request: once if it writes, because the answer to a repeated one does not say what the first one did.
   *
   * @throws {KeyturnError} `STATE_FAILED` if there was no response, `INTERRUPTED`, `CREDENTIALS_MISSING`, `CONFIG_INVALID`
   */
  async send(request: Outgoing, call: Call): Promise<Answer> {
    const { method, body } = request;
    const signed = await this.#sign(request);
    try {
      if (call.signal.aborted) throw this.#ended(call, 'none');
      const response = await this.#context.fetch(signed.url, {
        method,
        headers: signed.headers,
        signal: call.signal,
        ...(body !== undefined && { body }),
        ...(method === 'PUT' && { repeatable: false }),
      });
      const text = await response.text();
      this.#note(response.headers);
      return { status: response.status, headers: response.headers, text };
    } catch (error) {
      throw this.#failure(error, call, method === 'GET' ? 'none' : 'unknown');
    }
  }

  /** Waits before something is tried again. */
  async pause(attempt: number, call: Call): Promise<void> {
    try {
      await this.clock.sleep(Math.floor(this.random() * 250 * 2 ** attempt), call.signal);
    } catch {
      throw this.#ended(call, 'unknown');
    }
  }

  async #sign({ method, key, query = {}, headers = {}, body = '' }: Outgoing) {
    const { env } = this.#context;
    const required = (name: string): string => {
      const value = read(env, name);
      if (value === undefined) throw credentialsMissing(name);
      return value;
    };
    const accessKeyId = required('AWS_ACCESS_KEY_ID');
    const secretAccessKey = required('AWS_SECRET_ACCESS_KEY');
    const sessionToken = read(env, 'AWS_SESSION_TOKEN');
    const search = new URLSearchParams(query).toString().replaceAll('+', '%20');
    // Only its signer is used: retries, deadlines and redaction are those of the fetch that was given.
    const { AwsV4Signer } = await import('aws4fetch');
    const signer = new AwsV4Signer({
      method,
      url: `${this.#address.base}/${key}${search === '' ? '' : `?${search}`}`,
      headers: {
        ...headers,
        // The body is signed too: nothing on the way can change it.
        'x-amz-content-sha256': createHash('sha256').update(body).digest('hex'),
      },
      accessKeyId,
      secretAccessKey,
      ...(sessionToken !== undefined && { sessionToken }),
      service: 's3',
      region: this.#address.region,
      cache: this.#derived,
      datetime: new Date(this.clock.now()).toISOString().replaceAll(/[:-]|\.\d{3}/g, ''),
    });
    const { url, headers: all } = await signer.sign();
    return { url: url.href, headers: Object.fromEntries(all) };
  }

  #note(headers: Headers): void {
    const date = serverTime(headers);
    const at = this.clock.now();
    // It shows whole seconds, rounded down: on average half a second is missing.
    if (date !== undefined) this.#dated = { ahead: date + 500 - at, at };
  }

  #failure(error: unknown, call: Call, effect: 'none' | 'unknown'): KeyturnError {
    if (call.signal.aborted) {
      const certain = KeyturnError.is(error) ? error.effect : effect;
      return this.#ended(call, effect === 'none' ? 'none' : certain);
    }
    if (!KeyturnError.is(error)) {
      const name = error instanceof Error ? error.name : typeof error;
      return connectionFailed(this.location, name, effect);
    }
    const code = error.code;
    if (code === 'CONFIG_INVALID' || code === 'INTERRUPTED' || code === 'STATE_FAILED')
      return withEffect<KeyturnError>(error, effect === 'none' ? 'none' : error.effect);
    return unreachable(this.location, error, effect === 'none' ? 'none' : error.effect);
  }

  #ended({ given }: Call, effect: 'none' | 'unknown'): KeyturnError {
    return given.aborted
      ? interrupted(this.location, effect)
      : timedOut(this.location, this.#patience, effect);
  }
}
