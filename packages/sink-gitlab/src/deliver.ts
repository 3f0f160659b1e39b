import {
  KeyturnError,
  reveal,
  tornError,
  type CallOptions,
  type Clock,
  type Receipt,
  type SinkEntry,
} from '@keyturn/core';

import { attributesFor } from './attributes.ts';
import type { Answer, Client } from './client.ts';
import { look } from './look.ts';
import { isMissing, readVariable } from './variable.ts';

/** Which variables there are, by name, as far as it is known. It decides how they are written. */
export type Known = Map<string, boolean>;

/**
 * Writes every entry, all at once: GitLab has no write of several variables, so a job that starts between two
 * answers reads a torn pair, and one after the other would make that window longer.
 */
export async function deliver(
  client: Client,
  known: Known,
  entries: readonly SinkEntry[],
  clock: Clock,
  options: CallOptions,
): Promise<Receipt> {
  // Whatever can fail without a trace comes first.
  await Promise.all(
    entries.map(async ({ name }) => {
      if (!known.has(name)) known.set(name, (await look(client, name, options)) !== undefined);
    }),
  );
  const outcomes = await Promise.allSettled(
    entries.map((entry) => write(client, known, entry, options)),
  );
  const answers = outcomes.flatMap((outcome) =>
    outcome.status === 'fulfilled' ? [outcome.value] : [],
  );
  if (answers.length < entries.length) throw tornError(client.target.id, entries, outcomes);
  return { at: new Date(lastDate(answers) ?? clock.now()).toISOString() };
}

/** Updates what is there and creates what is not, or the other way where somebody was quicker. */
async function write(
  client: Client,
  known: Known,
  entry: SinkEntry,
  options: CallOptions,
): Promise<Answer> {
  const { name } = entry;
  const exists = known.get(name) === true;
  known.delete(name);
  const first = await (exists ? update : create)(client, entry, options);
  const isOvertaken = exists ? isMissing(first) : await isTaken(client, entry, first, options);
  const answer = isOvertaken ? await (exists ? create : update)(client, entry, options) : first;
  if (answer.status !== 200 && answer.status !== 201) throw await answer.error();
  verify(client, entry, answer);
  known.set(name, true);
  return answer;
}

/** GitLab refuses to create what is there with the status of any other bad request: a look tells. */
async function isTaken(
  client: Client,
  { name }: SinkEntry,
  { status }: Answer,
  options: CallOptions,
): Promise<boolean> {
  return status === 400 && (await look(client, name, options)) !== undefined;
}

const update = ({ request }: Client, { name, value }: SinkEntry, options: CallOptions) =>
  request(
    { what: `updating ${name}`, writes: true, secrets: [value] },
    (api) => api.edit(name, reveal(value)),
    options,
  );

const create = ({ request }: Client, { name, value }: SinkEntry, options: CallOptions) =>
  request(
    { what: `creating ${name}`, writes: true, secrets: [value] },
    (api) => api.create(name, reveal(value), attributesFor(reveal(value))),
    options,
  );

/** The answer to a write shows what is stored now, unless it is hidden. */
function verify({ target }: Client, { name, value }: SinkEntry, answer: Answer): void {
  const stored = readVariable(target, name, answer);
  if (stored.value === undefined || stored.value === reveal(value)) return;
  throw new KeyturnError('ANSWER_INVALID', `${target.id}: GitLab stored another value as ${name}`, {
    hint: 'Does somebody else write it at the same time? Run it again.',
    effect: 'unknown',
  });
}

/** When GitLab accepted the last write, by its own clock. */
function lastDate(answers: readonly Answer[]): number | undefined {
  const dates = answers.map(({ headers }) => Date.parse(headers.get('date') ?? ''));
  const known = dates.filter((date) => !Number.isNaN(date));
  return known.length === 0 ? undefined : Math.max(...known);
}
