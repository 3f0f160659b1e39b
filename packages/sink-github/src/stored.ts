import { serverTime, type CallOptions } from '@keyturn/core';

import type { Client } from './client.ts';
import { readPage } from './pages.ts';
import { momentIn } from './time.ts';

/**
 * The minimum difference between two times of GitHub, in milliseconds: `updated_at` and `Date` are whole seconds from several machines
 * whose clocks differ a little.
 */
export const RESOLUTION = 5000;

/** A secret as GitHub shows it, without its value. */
export interface StoredSecret {
  /** When it was last written, as GitHub shows it. It might be missing shortly after a secret was created. */
  readonly updatedAt: string | undefined;
  /** Only organization secrets have it. */
  readonly visibility: unknown;
}

/** The secrets that were found under some names. */
interface Found {
  /** Undefined for a name that was not found. */
  readonly get: (name: string) => StoredSecret | undefined;
  /** The token can see the scope, so a secret that was not found is certainly missing. */
  readonly isCertain: boolean;
  /** GitHub's clock, in milliseconds since the epoch. */
  readonly shownAt: number | undefined;
}

/** The secrets of one place. It remembers all stamps it has seen, because a stamp from before a write does not belong to that write. */
export interface Stored {
  /** Reads one secret; undefined for a 404, which proves that it is missing only if the token can see the scope. */
  get(name: string, options: CallOptions): Promise<StoredSecret | undefined>;
  /** Reads several with one request, and one more for each name that is not on the first page of a longer list. */
  find(names: readonly string[], options: CallOptions): Promise<Found>;
  /** Reads once, and returns the stamps by name that were not seen before. */
  newStamps(
    names: readonly string[],
    options: CallOptions,
  ): Promise<Readonly<Record<string, string>>>;
}

/** GitHub ignores the case of names. */
const keyOf = (name: string): string => name.toUpperCase();

export function createStored(client: Client): Stored {
  const { scope } = client.target;
  const shown = new Map<string, Set<string>>();

  const note = (name: string, data: unknown): StoredSecret => {
    const { updated_at: at, visibility } = (data ?? {}) as Record<string, unknown>;
    const updatedAt = momentIn(at);
    const stamps = shown.get(keyOf(name)) ?? new Set();
    if (updatedAt !== undefined) shown.set(keyOf(name), stamps.add(updatedAt));
    return { updatedAt, visibility };
  };
  const read = async (name: string, options: CallOptions) => {
    const route = `GET ${scope.path}/{secret_name}`;
    const answer = await client.request(route, { secret_name: name }, options);
    if (answer.status !== 200 && answer.status !== 404) throw await answer.error();
    const secret = answer.status === 200 ? note(name, answer.data) : undefined;
    return { secret, shownAt: serverTime(answer.headers) };
  };
  const list = async (options: CallOptions) => {
    const { items, total, shownAt } = await readPage(
      client,
      `GET ${scope.path}`,
      'secrets',
      options,
    );
    const secrets = new Map(items.map((item) => [keyOf(item.name), note(item.name, item)]));
    return { secrets, isWhole: items.length >= total, shownAt };
  };
  /** Makes one request, even if it does not show everything. */
  const look = async (names: readonly string[], options: CallOptions) => {
    const [only, ...others] = names;
    if (only === undefined || others.length > 0) return { ...(await list(options)), listed: true };
    const { secret, shownAt } = await read(only, options);
    const secrets = new Map(secret === undefined ? [] : [[keyOf(only), secret]]);
    return { secrets, isWhole: true, shownAt, listed: false };
  };

  return {
    get: async (name, options) => (await read(name, options)).secret,
    async find(names, options) {
      const { secrets, isWhole, shownAt, listed } = await look(names, options);
      const missing = isWhole ? [] : names.filter((name) => !secrets.has(keyOf(name)));
      const others = await Promise.all(missing.map((name) => read(name, options)));
      for (const [i, name] of missing.entries()) {
        const secret = others[i]?.secret;
        if (secret !== undefined) secrets.set(keyOf(name), secret);
      }
      return { get: (name) => secrets.get(keyOf(name)), isCertain: listed, shownAt };
    },
    async newStamps(names, options) {
      const before = new Map([...shown].map(([key, stamps]) => [key, new Set(stamps)]));
      const { secrets } = await look(names, options);
      return Object.fromEntries(
        names.flatMap((name) => {
          const stamp = secrets.get(keyOf(name))?.updatedAt;
          const isNew = stamp !== undefined && before.get(keyOf(name))?.has(stamp) !== true;
          return isNew ? [[name, stamp] as const] : [];
        }),
      );
    },
  };
}
