import { type Effect, KeyturnError, withEffect } from '@keyturn/core';

import type { Answer, Call, Client } from './client.ts';
import { refusal } from './refusal.ts';
import {
  conflicting,
  contradictory,
  LIST_ENDLESS,
  NO_ETAG,
  NOT_A_LIST,
  notS3,
} from './messages.ts';
import { parseError, parseList } from './xml.ts';

const MOST_TRIES = 5;
const MOST_PAGES = 1000;

/** An object as it was read. */
export interface Found {
  readonly key: string;
  readonly text: string;
  readonly etag: string;
  /** By the server's clock, in milliseconds since the epoch, in whole seconds; undefined if the response has none. */
  readonly modified: number | undefined;
  /** When it was read, by the clock of the server that answered. */
  readonly date: number | undefined;
}

/** What became of a conditional write. `refused` can also be the answer to a repeated write that had succeeded. */
type Written =
  | { readonly type: 'written'; readonly etag: string }
  | { readonly type: 'refused' }
  | { readonly type: 'unknown'; readonly error: KeyturnError };

/** A write that was made, or what is there instead; undefined if nothing is. */
export type Result =
  | { readonly written: true; readonly etag: string }
  | { readonly written: false; readonly found: Found | undefined };

interface Failed {
  readonly type: 'failed';
  readonly error: KeyturnError;
  /** The same request may succeed in a moment. */
  readonly isPassing: boolean;
}

type Condition = Readonly<Record<'if-none-match', '*'>> | Readonly<Record<'if-match', string>>;

/** Reads and writes the objects of a bucket. */
export class Objects {
  readonly client: Client;

  constructor(client: Client) {
    this.client = client;
  }

  /** @throws {KeyturnError} `STATE_FAILED` */
  async get(key: string, call: Call): Promise<Found | undefined> {
    const answer = await this.client.send({ method: 'GET', key }, call);
    if (answer.status === 404 && parseError(answer.text).code === 'NoSuchKey') return undefined;
    if (answer.status !== 200) throw refusal(this.client, answer, 'none');
    const time = (name: string): number | undefined => {
      const at = Date.parse(answer.headers.get(name) ?? '');
      return Number.isNaN(at) ? undefined : at;
    };
    return {
      key,
      text: answer.text,
      etag: this.#etagOf(answer),
      modified: time('last-modified'),
      date: time('date'),
    };
  }

  /**
   * Creates an object, unless there is one.
   *
   * A write whose answer is lost is repeated. The repeated one is refused if the first one succeeded: so after a refusal it is looked at
   * what is there. Every text that is created is unlike all others, so an equal one is this one.
   */
  create(key: string, text: string, call: Call): Promise<Result> {
    return this.#settle(key, text, { 'if-none-match': '*' }, call);
  }

  /** Replaces the version of an object that has this ETag. */
  replace(key: string, text: string, etag: string, call: Call): Promise<Result> {
    return this.#settle(key, text, { 'if-match': etag }, call);
  }

  /** Writes an object whatever is there. */
  async put(key: string, text: string, call: Call): Promise<void> {
    const result = await this.#write(key, text, undefined, call);
    if (result.type === 'unknown') throw result.error;
    if (result.type === 'refused') throw contradictory(this.client.location, key, 'none');
  }

  /** @throws {KeyturnError} `STATE_FAILED` */
  async remove(key: string, call: Call): Promise<void> {
    const answer = await this.client.send({ method: 'DELETE', key }, call);
    if (![200, 204, 404].includes(answer.status)) throw refusal(this.client, answer, 'unknown');
  }

  /** The names below a folder, in order, page by page: of folders with their slash. */
  async *list(folder: string, most: number, call: Call): AsyncGenerator<string> {
    let token: string | undefined;
    for (let pages = 0; pages < MOST_PAGES; pages++) {
      const query = {
        'list-type': '2',
        delimiter: '/',
        'max-keys': String(most),
        prefix: folder,
        ...(token !== undefined && { 'continuation-token': token }),
      };
      const answer = await this.client.send({ method: 'GET', key: '', query }, call);
      if (answer.status !== 200) throw refusal(this.client, answer, 'none');
      const page = parseList(answer.text);
      if (page === undefined) throw notS3(this.client.location, NOT_A_LIST);
      for (const name of page.names) if (name.startsWith(folder)) yield name.slice(folder.length);
      if (page.next === undefined) return;
      if (page.next === token) break;
      token = page.next;
    }
    throw notS3(this.client.location, LIST_ENDLESS);
  }

  async #settle(key: string, text: string, condition: Condition, call: Call): Promise<Result> {
    for (let tries = 1; tries <= MOST_TRIES; tries++) {
      const result = await this.#write(key, text, condition, call);
      if (result.type === 'written') return { written: true, etag: result.etag };
      const found = await this.#look(key, call, result);
      if (found?.text === text) return { written: true, etag: found.etag };
      const isMet =
        'if-match' in condition ? found?.etag === condition['if-match'] : found === undefined;
      if (!isMet) return { written: false, found };
      // What is there does not explain the refusal: a write that is still under way might.
      if (result.type === 'unknown') throw result.error;
      await this.client.pause(tries, call);
    }
    throw contradictory(this.client.location, key, 'unknown');
  }

  async #look(key: string, call: Call, result: Written): Promise<Found | undefined> {
    try {
      return await this.get(key, call);
    } catch (error) {
      // The write may have been made, whatever is wrong with reading.
      throw withEffect(result.type === 'unknown' ? result.error : error, 'unknown');
    }
  }

  /** Tries a write until its result is known, or it was tried often enough. */
  async #write(
    key: string,
    text: string,
    condition: Condition | undefined,
    call: Call,
  ): Promise<Written> {
    let effect: Effect = 'none';
    for (let tries = 1; ; tries++) {
      const tried = await this.#try(key, text, condition, call);
      if (tried.type !== 'failed') return tried;
      if (tried.error.effect === 'unknown') effect = 'unknown';
      const isLast = !tried.isPassing || tries >= MOST_TRIES || call.signal.aborted;
      // A failure of the last try says nothing about the ones before.
      const error = withEffect<KeyturnError>(tried.error, effect);
      if (isLast && effect === 'none') throw error;
      if (isLast) return { type: 'unknown', error };
      await this.client.pause(tries, call).catch(() => {});
    }
  }

  async #try(
    key: string,
    text: string,
    condition: Condition | undefined,
    call: Call,
  ): Promise<Written | Failed> {
    const headers = { 'content-type': 'application/json', ...condition };
    let answer: Answer;
    try {
      answer = await this.client.send({ method: 'PUT', key, headers, body: text }, call);
    } catch (error) {
      if (!KeyturnError.is(error)) throw error;
      // What could not even be sent was tried often enough by the fetch.
      return { type: 'failed', error, isPassing: error.effect === 'unknown' };
    }
    const etag = answer.headers.get('etag') ?? '';
    if (answer.status === 200 && etag !== '') return { type: 'written', etag };
    if (isRefused(answer, condition)) return { type: 'refused' };
    const { location } = this.client;
    if (answer.status === 200)
      return { type: 'failed', error: notS3(location, NO_ETAG, 'unknown'), isPassing: false };
    if (answer.status === 409)
      return { type: 'failed', error: conflicting(location, key), isPassing: true };
    const isPassing = isTemporary(answer);
    const error = refusal(this.client, answer, isPassing ? 'unknown' : 'none');
    return { type: 'failed', error, isPassing };
  }

  #etagOf({ headers }: Answer): string {
    const etag = headers.get('etag');
    if (etag === null || etag === '') throw notS3(this.client.location, NO_ETAG, 'none');
    return etag;
  }
}

function isRefused({ status, text }: Answer, condition: Condition | undefined): boolean {
  if (condition === undefined) return false;
  // An object that does not exist has no version that could be replaced.
  if (status === 404) return 'if-match' in condition && parseError(text).code === 'NoSuchKey';
  return status === 412;
}

/** Whether the same request may succeed in a moment. */
function isTemporary({ status, text }: Answer): boolean {
  if (status === 501) return false;
  if (status >= 500 || status === 429 || status === 408) return true;
  return status === 400 && ['RequestTimeout', 'IncompleteBody'].includes(parseError(text).code);
}
