import {
  reveal,
  tornError,
  serverTime,
  type CallOptions,
  type Clock,
  type Receipt,
  type SinkEntry,
} from '@keyturn/core';

import type { Answer, Client } from './client.ts';
import { writeMismatch } from './messages.ts';
import type { PlaceReader } from './place.ts';
import type { Variable } from './scopes.ts';
import { stampOf } from './stamp.ts';
import { compareTail } from './tail.ts';

interface Written {
  readonly name: string;
  readonly stamp: string | undefined;
  readonly clock: number | undefined;
}

/**
 * Writes all entries at the same time: CircleCI cannot write several variables at once, so a job that starts between two writes reads a
 * torn pair, and sequential writes would make that window longer.
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
    return { name, stamp, clock: serverTime(answer.headers) };
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
    // A write whose response has no time might be the last one.
    ...(clocks.length === entries.length &&
      clocks.length > 0 && { clock: new Date(Math.max(...clocks)).toISOString() }),
    stamps: Object.fromEntries(stamps),
  };
}

/**
 * Returns what the response shows of the variable, after checking that CircleCI accepted this value.
 *
 * docs: api/v2/openapi.json: the response to PUT can also be just a message, which shows nothing.
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
    throw writeMismatch(target.id, name);
  return variable;
}
