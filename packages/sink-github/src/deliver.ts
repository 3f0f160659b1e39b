import {
  reveal,
  tornError,
  serverTime,
  type CallOptions,
  type Clock,
  type DeliverOptions,
  type Receipt,
  type SinkEntry,
  type Stamps,
} from '@keyturn/core';

import type { Access } from './access.ts';
import type { Answer, Client } from './client.ts';
import { interruptedAfterWrite, sealFailed } from './messages.ts';
import type { Place } from './place.ts';
import type { KeyReader, PublicKey } from './public-key.ts';
import { loadSeal } from './sealing.ts';
import type { Stored } from './stored.ts';

/**
 * Writes all entries at the same time: GitHub cannot write several secrets at once, so a job that starts between two writes reads a torn
 * pair, and sequential writes would make that window longer.
 */
export async function deliver(
  { client, keys, stored, accesses }: Place,
  entries: readonly SinkEntry[],
  clock: Clock,
  options: DeliverOptions,
): Promise<Receipt> {
  const names = entries.map(({ name }) => name);
  // Whatever can fail without an effect comes first.
  const [shares] = await Promise.all([
    Promise.all(names.map((name) => accesses.take(name, options))),
    keys.known(options),
    loadSeal(),
  ]);
  const outcomes = await write(client, keys, entries, shares, options);
  const answers = answersOf(outcomes);
  if (answers.length < entries.length) throw tornError(client.target.id, entries, outcomes);
  const stamps = stampsAfter(client, stored, names, options);
  return receiptOf(answers, clock, await nowOrLater(stamps, options));
}

/** Writes all entries at the same time and returns the outcome of each. */
export async function write(
  client: Client,
  keys: KeyReader,
  entries: readonly SinkEntry[],
  accesses: readonly (Access | undefined)[],
  options: CallOptions,
): Promise<PromiseSettledResult<Answer>[]> {
  const { sealerFor } = await loadSeal();
  const sealers = new Map<PublicKey, Sealer>();
  const sealerOf = (key: PublicKey): Sealer => {
    const sealer = sealers.get(key) ?? sealerFor(key.key);
    sealers.set(key, sealer);
    return sealer;
  };
  let renewed: Promise<PublicKey> | undefined;

  const put = async (entry: SinkEntry, access: Access | undefined): Promise<Answer> => {
    const route = `PUT ${client.target.scope.path}/{secret_name}`;
    const send = (key: PublicKey): Promise<Answer> =>
      client.request(
        route,
        {
          secret_name: entry.name,
          encrypted_value: sealed(() => sealerOf(key), entry, client.target.id),
          key_id: key.id,
          ...access,
        },
        options,
      );
    const first = await send(await keys.known(options));
    const answer = isSealedWrong(first)
      ? await send(await (renewed ??= keys.read(options)))
      : first;
    if (answer.status === 201 || answer.status === 204) return answer;
    throw await answer.error();
  };

  return Promise.allSettled(entries.map((entry, i) => put(entry, accesses[i])));
}

export function answersOf(outcomes: readonly PromiseSettledResult<Answer>[]): Answer[] {
  return outcomes.flatMap((outcome) => (outcome.status === 'fulfilled' ? [outcome.value] : []));
}

export function receiptOf(answers: readonly Answer[], clock: Clock, stamps: Stamps): Receipt {
  const dates = answers
    .map(({ headers }) => serverTime(headers))
    .filter((date) => date !== undefined);
  const last = dates.length === 0 ? undefined : new Date(Math.max(...dates)).toISOString();
  return {
    at: last ?? new Date(clock.now()).toISOString(),
    ...(last !== undefined && { clock: last }),
    ...(Object.keys(stamps).length > 0 && { stamps }),
  };
}

/**
 * Reads the stamps of the new secrets with one request: the response to a write has none. Everything is written by then, so a failed
 * read only omits them.
 *
 * @throws {KeyturnError} `INTERRUPTED`
 */
export async function stampsAfter(
  { target }: Client,
  stored: Stored,
  names: readonly string[],
  options: CallOptions,
): Promise<Stamps> {
  try {
    return await stored.newStamps(names, options);
  } catch {
    if (!options.signal.aborted) return {};
    throw interruptedAfterWrite(target.id);
  }
}

/** Hands the stamps over, if somebody takes them later. */
export async function nowOrLater(
  stamps: Promise<Stamps>,
  { later }: DeliverOptions,
): Promise<Stamps> {
  if (later === undefined) return stamps;
  later(stamps);
  return {};
}

type Sealer = (plaintext: string) => string;

function sealed(sealer: () => Sealer, { name, value }: SinkEntry, id: string): string {
  try {
    return sealer()(reveal(value));
  } catch {
    throw sealFailed(id, name);
  }
}

/** GitHub might have replaced the key since it was read. */
function isSealedWrong({ status, data }: Answer): boolean {
  const { message } = (data ?? {}) as { message?: unknown };
  return status === 422 && /encrypted secret|key_id/.test(String(message));
}
