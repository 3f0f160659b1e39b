import {
  fingerprint,
  reveal,
  tornError,
  serverTime,
  type AdapterContext,
  type CallOptions,
  type Receipt,
  type SinkEntry,
} from '@keyturn/core';

import { attributesFor } from './attributes.ts';
import type { Answer, Client } from './client.ts';
import { latest } from './clock.ts';
import { look } from './look.ts';
import { requests, scopeTaken, valueOverwritten } from './messages.ts';
import { takeBack } from './misplaced.ts';
import { EVERY_ENVIRONMENT } from './scopes.ts';
import { inScope, isMissing, isTaken, readVariable } from './variable.ts';

/** Which variables exist, by name, as far as known. This decides whether they are created or updated. */
export type Known = Map<string, boolean>;

/** What the response to a write shows. */
interface Written {
  readonly name: string;
  /** Identifies the value later; undefined if it is hidden. */
  readonly stamp: string | undefined;
  /** The time by GitLab's clock. */
  readonly date: number | undefined;
}

/**
 * Writes all entries at the same time: GitLab cannot write several variables at once, so a job that starts between two writes reads a torn
 * pair, and sequential writes would make that window longer.
 */
export async function deliver(
  client: Client,
  known: Known,
  entries: readonly SinkEntry[],
  context: AdapterContext,
  options: CallOptions,
): Promise<Receipt> {
  // Whatever can fail without an effect comes first.
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

/** Updates an existing variable or creates a missing one, and does the opposite if somebody else was faster. */
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
  if (!exists && !isOvertaken && isScoped && isTaken(first)) throw scopeTaken(target, name);
  const answer = isOvertaken ? await (exists ? create : update)(client, entry, options) : first;
  if (answer.status !== 200 && answer.status !== 201) throw await answer.error();
  const found = readVariable(target, name, answer);
  const isCreated = answer.status === 201 && exists === isOvertaken;
  if (isCreated && scope !== undefined && found.scope !== scope)
    throw await takeBack(client, entry, found.scope, context, options);
  const { value } = inScope(target, name, found, answer.effect);
  // The response to a write shows the stored value, unless it is hidden.
  if (value !== undefined && value !== reveal(entry.value)) throw valueOverwritten(target.id, name);
  known.set(name, true);
  return {
    name,
    stamp: value === undefined ? undefined : fingerprint(value),
    date: serverTime(answer.headers),
  };
}

/** GitLab refuses to create an existing variable with the status of any bad request, so this reads the variable. */
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
    { what: requests.updateVariable(name), writes: true, secrets: [value] },
    (api) => api.edit(name, reveal(value)),
    options,
  );

const create = ({ request }: Client, { name, value }: SinkEntry, options: CallOptions) =>
  request(
    { what: requests.createVariable(name), writes: true, secrets: [value] },
    (api) => api.create(name, reveal(value), attributesFor(reveal(value))),
    options,
  );
