import {
  KeyturnError,
  reveal,
  tornError,
  type CallOptions,
  type Clock,
  type Receipt,
  type SinkEntry,
} from '@keyturn/core';

import type { Answer, Client } from './client.ts';
import type { PlaceReader } from './place.ts';
import { compareTail } from './tail.ts';

/**
 * Writes every entry, all at once: CircleCI has no write of several variables, so a job that starts between two answers
 * reads a torn pair, and one after the other would make that window longer.
 */
export async function deliver(
  client: Client,
  places: PlaceReader,
  entries: readonly SinkEntry[],
  clock: Clock,
  options: CallOptions,
): Promise<Receipt> {
  const { target, send } = client;
  const path = await places.known(options);

  const write = async ({ name, value }: SinkEntry): Promise<number | undefined> => {
    const request = target.scope.write(path, name, reveal(value));
    const answer = await send(request, options);
    if (answer.status !== target.scope.written) throw await answer.error();
    return acceptedAt(client, answer, name, reveal(value));
  };

  const outcomes = await Promise.allSettled(entries.map(write));
  const times = outcomes.flatMap((outcome) =>
    outcome.status === 'fulfilled' ? [outcome.value] : [],
  );
  if (times.length < entries.length) throw tornError(target.id, entries, outcomes);
  const known = times.filter((time) => time !== undefined);
  return { at: new Date(known.length > 0 ? Math.max(...known) : clock.now()).toISOString() };
}

/**
 * When CircleCI accepted a write, by its own clock, once the answer shows that it took this value.
 *
 * docs: api/v2/openapi.json: the answer to PUT may also be a mere message.
 */
async function acceptedAt(
  { target }: Client,
  answer: Answer,
  name: string,
  value: string,
): Promise<number | undefined> {
  const body = await answer.json();
  const variable = target.scope.read(body);
  const isMessage = target.kind === 'context' && typeof body['message'] === 'string';
  const isOurs = variable === undefined ? isMessage : variable.name === name;
  if (!isOurs || compareTail(value, variable?.tail) === 'other')
    throw new KeyturnError(
      'ANSWER_INVALID',
      `${target.id}: the answer to the write of ${name} shows something else than what was written`,
      { hint: 'Run it again, and check that nobody else writes there.' },
    );
  const times = [variable?.updatedAt, answer.headers.get('date')].map((text) =>
    Date.parse(text ?? ''),
  );
  return times.find((time) => !Number.isNaN(time));
}
