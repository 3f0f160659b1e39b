import {
  fingerprint,
  KeyturnError,
  reveal,
  tornError,
  type AdapterContext,
  type CallOptions,
  type Receipt,
  type SinkEntry,
} from '@keyturn/core';

import { attributesFor } from './attributes.ts';
import type { Answer, Client } from './client.ts';
import { dateOf, latest } from './clock.ts';
import { look } from './look.ts';
import { takeBack, takenElsewhere } from './misplaced.ts';
import { EVERY_ENVIRONMENT } from './scopes.ts';
import { inScope, isMissing, isTaken, readVariable } from './variable.ts';

/** Which variables there are, by name, as far as it is known. It decides how they are written. */
export type Known = Map<string, boolean>;

/** What the answer to a write shows of it. */
interface Written {
  readonly name: string;
  /** Recognises the value later; undefined if it is hidden. */
  readonly stamp: string | undefined;
  /** What GitLab's clock showed. */
  readonly date: number | undefined;
}

/**
 * Writes every entry, all at once: GitLab has no write of several variables, so a job that starts between two
 * answers reads a torn pair, and one after the other would make that window longer.
 */
export async function deliver(
  client: Client,
  known: Known,
  entries: readonly SinkEntry[],
  context: AdapterContext,
  options: CallOptions,
): Promise<Receipt> {
  // Whatever can fail without a trace comes first.
  await Promise.all(
    entries.map(async ({ name }) => {
      if (known.has(name)) return;
      const { stored } = await look(client, name, options);
      known.set(name, stored !== undefined);
    }),
  );
  const outcomes = await Promise.allSettled(
    entries.map((entry) => write(client, known, entry, context, options)),
  );
  const written = outcomes.flatMap((outcome) =>
    outcome.status === 'fulfilled' ? [outcome.value] : [],
  );
  if (written.length < entries.length) throw tornError(client.target.id, entries, outcomes);
  const shown = latest(written.map(({ date }) => date));
  return {
    at: shown ?? new Date(context.clock.now()).toISOString(),
    ...(shown !== undefined && { clock: shown }),
    stamps: Object.fromEntries(
      written.flatMap(({ name, stamp }) => (stamp === undefined ? [] : [[name, stamp]])),
    ),
  };
}

/** Updates what is there and creates what is not, or the other way if somebody was quicker. */
async function write(
  client: Client,
  known: Known,
  entry: SinkEntry,
  context: AdapterContext,
  options: CallOptions,
): Promise<Written> {
  const { target } = client;
  const { name } = entry;
  const exists = known.get(name) === true;
  known.delete(name);
  const first = await (exists ? update : create)(client, entry, options);
  const isOvertaken = exists ? isMissing(first) : await isThere(client, entry, first, options);
  const { scope } = target;
  const isScoped = scope !== undefined && scope !== EVERY_ENVIRONMENT;
  if (!exists && !isOvertaken && isScoped && isTaken(first)) throw takenElsewhere(target, name);
  const answer = isOvertaken ? await (exists ? create : update)(client, entry, options) : first;
  if (answer.status !== 200 && answer.status !== 201) throw await answer.error();
  const found = readVariable(target, name, answer);
  const isCreated = answer.status === 201 && exists === isOvertaken;
  if (isCreated && scope !== undefined && found.scope !== scope)
    throw await takeBack(client, entry, found.scope, context, options);
  const { value } = inScope(target, name, found, answer.effect);
  if (value !== undefined && value !== reveal(entry.value)) throw overwritten(client, name);
  known.set(name, true);
  return {
    name,
    stamp: value === undefined ? undefined : fingerprint(value),
    date: dateOf(answer.headers),
  };
}

/** GitLab refuses to create what is there with the status of any other bad request: a look tells. */
async function isThere(
  client: Client,
  { name }: SinkEntry,
  { status }: Answer,
  options: CallOptions,
): Promise<boolean> {
  return status === 400 && (await look(client, name, options)).stored !== undefined;
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
function overwritten({ target }: Client, name: string): KeyturnError {
  return new KeyturnError(
    'ANSWER_INVALID',
    `${target.id}: GitLab stored another value as ${name}`,
    {
      hint: 'Does somebody else write it at the same time? Run it again.',
      effect: 'unknown',
    },
  );
}
