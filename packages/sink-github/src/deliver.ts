import {
  KeyturnError,
  reveal,
  tornError,
  type CallOptions,
  type Clock,
  type Receipt,
  type SinkEntry,
} from '@keyturn/core';

import type { Access } from './access.ts';
import type { Answer, Client } from './client.ts';
import type { Place } from './place.ts';
import type { KeyReader, PublicKey } from './public-key.ts';
import type { Stored } from './stored.ts';
import { dateOf } from './time.ts';

/**
 * Writes every entry, all at once: GitHub has no write of several secrets, so a job that starts between two
 * answers reads a torn pair, and one after the other would make that window longer.
 */
export async function deliver(
  { client, keys, stored, accesses }: Place,
  entries: readonly SinkEntry[],
  clock: Clock,
  options: CallOptions,
): Promise<Receipt> {
  const names = entries.map(({ name }) => name);
  // Whatever can fail without a trace comes first.
  const [shares] = await Promise.all([
    Promise.all(names.map((name) => accesses.take(name, options))),
    keys.known(options),
    import('./seal.ts'),
  ]);
  const outcomes = await write(client, keys, entries, shares, options);
  const answers = answersOf(outcomes);
  if (answers.length < entries.length) throw tornError(client.target.id, entries, outcomes);
  return receiptOf(answers, clock, await stampsAfter(client, stored, names, options));
}

/** Puts every entry at once and tells how each ended. */
export async function write(
  client: Client,
  keys: KeyReader,
  entries: readonly SinkEntry[],
  accesses: readonly (Access | undefined)[],
  options: CallOptions,
): Promise<PromiseSettledResult<Answer>[]> {
  const { seal } = await import('./seal.ts');
  let renewed: Promise<PublicKey> | undefined;

  const put = async (entry: SinkEntry, access: Access | undefined): Promise<Answer> => {
    const route = `PUT ${client.target.scope.path}/{secret_name}`;
    const send = (key: PublicKey): Promise<Answer> =>
      client.request(
        route,
        {
          secret_name: entry.name,
          encrypted_value: sealed(seal, key, entry, client.target.id),
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

export function receiptOf(
  answers: readonly Answer[],
  clock: Clock,
  stamps: Readonly<Record<string, string>>,
): Receipt {
  const dates = answers.map(dateOf).filter((date) => date !== undefined);
  const last = dates.length === 0 ? undefined : new Date(Math.max(...dates)).toISOString();
  return {
    at: last ?? new Date(clock.now()).toISOString(),
    ...(last !== undefined && { clock: last }),
    ...(Object.keys(stamps).length > 0 && { stamps }),
  };
}

/**
 * The stamps of what was just written, in one request: GitHub shows none in the answer to a write. Everything is written by then, so a
 * look that fails only leaves them out.
 *
 * @throws {KeyturnError} `INTERRUPTED`
 */
export async function stampsAfter(
  { target }: Client,
  stored: Stored,
  names: readonly string[],
  options: CallOptions,
): Promise<Readonly<Record<string, string>>> {
  try {
    return await stored.newStamps(names, options);
  } catch {
    if (!options.signal.aborted) return {};
    throw new KeyturnError(
      'INTERRUPTED',
      `${target.id}: interrupted after everything was written`,
      {
        hint: 'Run it again.',
        effect: 'unknown',
      },
    );
  }
}

function sealed(
  seal: (key: string, plaintext: string) => string,
  { key }: PublicKey,
  { name, value }: SinkEntry,
  id: string,
): string {
  try {
    return seal(key, reveal(value));
  } catch {
    throw new KeyturnError('ANSWER_INVALID', `${id}: ${name} cannot be sealed for GitHub's key`, {
      hint: 'Run it again; if it stays so, check GITHUB_API_URL.',
      effect: 'none',
    });
  }
}

/** The key that was read may have been replaced since. */
function isSealedWrong({ status, data }: Answer): boolean {
  const { message } = (data ?? {}) as { message?: unknown };
  return status === 422 && /encrypted secret|key_id/.test(String(message));
}
