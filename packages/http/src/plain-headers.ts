import type { ReceivedHeaders } from './wire.ts';

/**
 * The headers of a response, as `Headers` shows them. Node takes as long to load its own as to load everything else that a run needs,
 * and makes each a hundred times slower.
 */
export class PlainHeaders {
  readonly #received: ReceivedHeaders;

  constructor(received: ReceivedHeaders) {
    this.#received = received;
  }

  get(name: string): string | null {
    const value = this.has(name) ? this.#received[name.toLowerCase()] : undefined;
    return value === undefined ? null : textOf(value);
  }

  has(name: string): boolean {
    return Object.hasOwn(this.#received, name.toLowerCase());
  }

  getSetCookie(): string[] {
    return [this.#received['set-cookie'] ?? []].flat();
  }

  forEach(each: (value: string, name: string, headers: PlainHeaders) => void): void {
    for (const [name, value] of this) each(value, name, this);
  }

  *entries(): Generator<[name: string, value: string]> {
    for (const name of Object.keys(this.#received).toSorted()) {
      const value = this.#received[name] ?? [];
      if (name === 'set-cookie') for (const one of [value].flat()) yield [name, one];
      else yield [name, textOf(value)];
    }
  }

  *keys(): Generator<string> {
    for (const [name] of this) yield name;
  }

  *values(): Generator<string> {
    for (const [, value] of this) yield value;
  }

  [Symbol.iterator](): Generator<[name: string, value: string]> {
    return this.entries();
  }

  append(): never {
    throw immutable();
  }

  set(): never {
    throw immutable();
  }

  delete(): never {
    throw immutable();
  }
}

function textOf(value: string | readonly string[]): string {
  return (typeof value === 'string' ? value : value.join(', ')).trim();
}

function immutable(): TypeError {
  return new TypeError('the headers of a response cannot be changed');
}
