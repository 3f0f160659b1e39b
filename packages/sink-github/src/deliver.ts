import {
  KeyturnError,
  reveal,
  tornError,
  type CallOptions,
  type Clock,
  type Receipt,
  type SinkEntry,
} from '@keyturn/core';

import { readAccess, type Access } from './access.ts';
import type { Answer, Client } from './client.ts';
import type { KeyReader, PublicKey } from './public-key.ts';

/**
 * Writes every entry, all at once: GitHub has no write of several secrets, so a job that starts between two
 * answers reads a torn pair, and one after the other would make that window longer.
 */
export async function deliver(
  client: Client,
  keys: KeyReader,
  entries: readonly SinkEntry[],
  clock: Clock,
  options: CallOptions,
): Promise<Receipt> {
  // Whatever can fail without a trace comes first.
  const [accesses] = await Promise.all([
    Promise.all(entries.map(({ name }) => readAccess(client, name, options))),
    keys.known(options),
    import('./seal.ts'),
  ]);
  const outcomes = await write(client, keys, entries, accesses, options);
  const answers = answersOf(outcomes);
  if (answers.length < entries.length) throw tornError(client.target.id, entries, outcomes);
  return receiptOf(answers, clock);
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

export function receiptOf(answers: readonly Answer[], clock: Clock): Receipt {
  return { at: new Date(lastDate(answers) ?? clock.now()).toISOString() };
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

/** When GitHub accepted the last write, by its own clock. */
function lastDate(answers: readonly Answer[]): number | undefined {
  const dates = answers.map(({ headers }) => Date.parse(headers.get('date') ?? ''));
  const known = dates.filter((date) => !Number.isNaN(date));
  return known.length === 0 ? undefined : Math.max(...known);
}
