import { mapLimited } from '@keyturn/core';
import { EMPTY, type LedgerRecord, type OpenedLedger, type Revision } from '@keyturn/core/ledger';

import type { Call } from './client.ts';
import { type Entry, parseEntry, recordsOf } from './entry.ts';
import { type Keys, numberOfEntry } from './keys.ts';
import { chapterMissing, objectMissing } from './messages.ts';
import type { Objects } from './objects.ts';

/** How many objects are read at once. */
const AT_ONCE = 16;
/** The newest name is the first; a few more, because others may have put files there. */
const FIRST_PAGE = 20;

/** The end of a ledger. What it says stays true: objects are never changed. */
export interface Tail {
  /** Of the newest object; 0 if there is none. */
  readonly number: number;
  readonly term: number;
  readonly writer: string;
  readonly chapter: number;
  readonly end: Revision;
}

const NOTHING: Tail = { number: 0, term: 0, writer: '', chapter: 1, end: EMPTY };

/** Reads the ledgers of a bucket. */
export class Reader {
  readonly #objects: Objects;
  readonly #keys: Keys;

  constructor(objects: Objects, keys: Keys) {
    this.#objects = objects;
    this.#keys = keys;
  }

  /** The current chapter, verified. Costs the same after years: one list, and the objects of the chapter. */
  async open(rotation: string, call: Call): Promise<OpenedLedger & { readonly tail: Tail }> {
    const newest = await this.newest(rotation, call);
    const tail = tailOf(newest);
    if (newest === undefined) return { records: [], revision: EMPTY, tail };
    const numbers = range(tail.chapter, tail.number - 1);
    const records: LedgerRecord[] = [];
    // Where a later chapter begins is only known from its own first object.
    let end: Revision | undefined = tail.chapter === 1 ? EMPTY : undefined;
    const add = (entry: Entry): void => {
      const where = this.where(rotation, entry.number);
      records.push(...recordsOf(entry, end ?? entry.before, where));
      end = entry.end;
    };
    for await (const entry of mapLimited(numbers, AT_ONCE, (n) => this.#need(rotation, n, call)))
      add(entry);
    add(newest);
    const start = records.findLastIndex(({ event }) => event.type === 'opened');
    // Where the chapter begins is only what its objects say: the record decides.
    if (start < 0 && tail.chapter > 1) throw chapterMissing(this.where(rotation, tail.chapter));
    return { records: records.slice(Math.max(0, start)), revision: tail.end, tail };
  }

  /** Every record from the first one, verified. */
  async *history(rotation: string, call: Call): AsyncGenerator<LedgerRecord, void, undefined> {
    const { number } = tailOf(await this.newest(rotation, call));
    let end: Revision = EMPTY;
    const entries = mapLimited(range(1, number), AT_ONCE, (n) => this.#need(rotation, n, call));
    for await (const entry of entries) {
      yield* recordsOf(entry, end, this.where(rotation, entry.number));
      end = entry.end;
    }
  }

  /**
   * The newest object; undefined if there is none. A list is only a hint, because that of some services lags behind: the newest object is
   * the one after which there is none.
   */
  async newest(rotation: string, call: Call): Promise<Entry | undefined> {
    const listed = await this.#listed(this.#keys.ledger(rotation), call);
    const [known, next] = await Promise.all([
      listed === 0 ? undefined : this.#need(rotation, listed, call),
      this.read(rotation, listed + 1, call),
    ]);
    return next === undefined ? known : this.#further(next, call);
  }

  /** One object, without checking its records; undefined if there is none. */
  async read(rotation: string, number: number, call: Call): Promise<Entry | undefined> {
    const found = await this.#objects.get(this.#keys.entry(rotation, number), call);
    if (found === undefined) return undefined;
    return parseEntry(found.text, this.where(rotation, number), { rotation, number });
  }

  /** The names of the folders in which ledgers are. */
  async folders(call: Call): Promise<readonly string[]> {
    const names: string[] = [];
    for await (const name of this.#objects.list(this.#keys.ledgers, 1000, call))
      if (/^[^/]+\/$/.test(name)) names.push(name.slice(0, -1));
    return names;
  }

  /** The newest object in a folder, of whatever rotation it is. */
  async newestIn(folder: string, call: Call): Promise<Entry | undefined> {
    const root = `${this.#keys.ledgers}${folder}/`;
    for await (const name of this.#objects.list(root, FIRST_PAGE, call)) {
      const number = numberOfEntry(name);
      if (number === undefined) continue;
      const found = await this.#objects.get(`${root}${name}`, call);
      if (found === undefined) return undefined;
      const where = `${this.#objects.client.location}: ${root}${name}`;
      return this.#further(parseEntry(found.text, where, { number }), call);
    }
    return undefined;
  }

  /** The records of the current chapter as text, not checked. */
  async chapterText(newest: Entry, call: Call): Promise<string> {
    const { rotation, chapter, number, lines } = newest;
    const texts: string[] = [lines.join('\n')];
    const numbers = range(chapter, number - 1);
    for await (const entry of mapLimited(numbers, AT_ONCE, (n) => this.#need(rotation, n, call)))
      texts.push(entry.lines.join('\n'));
    return texts.join('\n');
  }

  /** An object as messages name it. */
  where(rotation: string, number: number): string {
    return `${this.#objects.client.location}: ${this.#keys.entry(rotation, number)}`;
  }

  async #further(entry: Entry, call: Call): Promise<Entry> {
    let newest = entry;
    for (;;) {
      const next = await this.read(newest.rotation, newest.number + 1, call);
      if (next === undefined) return newest;
      newest = next;
    }
  }

  async #need(rotation: string, number: number, call: Call): Promise<Entry> {
    const entry = await this.read(rotation, number, call);
    if (entry === undefined) throw objectMissing(this.where(rotation, number));
    return entry;
  }

  /** The highest number that a list shows; 0 if it shows none. */
  async #listed(folder: string, call: Call): Promise<number> {
    for await (const name of this.#objects.list(folder, FIRST_PAGE, call)) {
      const number = numberOfEntry(name);
      if (number !== undefined) return number;
    }
    return 0;
  }
}

export function tailOf(newest: Entry | undefined): Tail {
  if (newest === undefined) return NOTHING;
  const { number, term, writer, chapter, end } = newest;
  return { number, term, writer, chapter, end };
}

function range(first: number, last: number): number[] {
  return Array.from({ length: Math.max(0, last - first + 1) }, (_, index) => first + index);
}
