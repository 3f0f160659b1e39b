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
import type { Variable } from './scopes.ts';
import { clockOf, stampOf } from './stamp.ts';
import { compareTail } from './tail.ts';

interface Written {
  readonly name: string;
  readonly stamp: string | undefined;
  readonly clock: number | undefined;
}

/**
 * Writes every entry, all at once: CircleCI has no write of several variables, so a job that starts between two answers
 * reads a torn pair, and one after the other would make that window longer.
 *
 * @param shown what CircleCI last showed under each name; kept up to date here
 */
export async function deliver(
  client: Client,
  places: PlaceReader,
  entries: readonly SinkEntry[],
  shown: Map<string, Variable>,
  clock: Clock,
  options: CallOptions,
): Promise<Receipt> {
  const { target, send } = client;
  const path = await places.known(options);

  const write = async ({ name, value }: SinkEntry): Promise<Written> => {
    const request = target.scope.write(path, name, reveal(value));
    const answer = await send(request, options);
    if (answer.status !== target.scope.written) throw await answer.error();
    const variable = await accepted(client, answer, name, reveal(value));
    const stamp = stampOf(target.kind, variable, shown.get(name));
    if (variable !== undefined) shown.set(name, variable);
    return { name, stamp, clock: clockOf(answer) };
  };

  const outcomes = await Promise.allSettled(entries.map(write));
  const written = outcomes.flatMap((outcome) =>
    outcome.status === 'fulfilled' ? [outcome.value] : [],
  );
  if (written.length < entries.length) throw tornError(target.id, entries, outcomes);
  const clocks = written.flatMap((one) => one.clock ?? []);
  const stamps = written.flatMap(({ name, stamp }) =>
    stamp === undefined ? [] : [[name, stamp] as const],
  );
  return {
    at: new Date(clock.now()).toISOString(),
    // One write of which it is not known when it was answered may be the last.
    ...(clocks.length === entries.length &&
      clocks.length > 0 && { clock: new Date(Math.max(...clocks)).toISOString() }),
    stamps: Object.fromEntries(stamps),
  };
}

/**
 * What the answer shows of the variable, once it is certain that CircleCI took this value.
 *
 * docs: api/v2/openapi.json: the answer to PUT may also be a mere message, which shows nothing.
 */
async function accepted(
  { target }: Client,
  answer: Answer,
  name: string,
  value: string,
): Promise<Variable | undefined> {
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
  return variable;
}
