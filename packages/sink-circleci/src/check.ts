import { serverTime, type CheckOptions, type SinkReport } from '@keyturn/core';

import { watched, type Client } from './client.ts';
import { groupWarnings } from './groups.ts';
import { tooManyVariables } from './messages.ts';
import { contextIn, type PlaceReader } from './place.ts';
import { readProject } from './project.ts';
import type { Variable } from './scopes.ts';
import type { CircleciTarget } from './target.ts';
import { readVariables } from './variables.ts';

/** The report of a check, with the existing variables. */
interface Checked {
  readonly report: SinkReport;
  readonly variables: ReadonlyMap<string, Variable>;
}

/** Reads the variables and the identity of the place, and checks that there is room. CircleCI does not show beforehand whether a write is allowed. */
export async function check(
  client: Client,
  places: PlaceReader,
  names: readonly string[],
  options: CheckOptions,
): Promise<Checked> {
  const clocks: number[] = [];
  const looking = watched(client, (answer) => {
    const at = serverTime(answer.headers);
    if (at !== undefined) clocks.push(at);
  });
  const path = await places.read(looking, options);
  const [variables, place, warnings] = await Promise.all([
    readVariables(looking, path, options),
    placeOf(looking, path, options),
    options.known === true ? [] : groupWarnings(looking, path, options),
  ]);
  refuseOverflow(client.target, names, variables);
  const present = names.flatMap((name) => {
    const found = variables.get(name);
    if (found === undefined) return [];
    const { updatedAt } = found;
    return [{ name, ...(updatedAt !== undefined && { updatedAt }) }];
  });
  const clock = clocks.length > 0 && { clock: new Date(Math.min(...clocks)).toISOString() };
  const report = { present, ...(place !== undefined && { place }), ...clock, warnings };
  return { report, variables };
}

/** A context has one id, however it was found; a project keeps its id when it is renamed. */
async function placeOf(
  client: Client,
  path: string,
  options: CheckOptions,
): Promise<string | undefined> {
  const { target } = client;
  if (target.kind === 'context') return `context:${contextIn(path) ?? ''}`;
  const { id } = await readProject(client, target.slug, options);
  return id === undefined ? undefined : `project:${id}`;
}

function refuseOverflow(
  { id, scope }: CircleciTarget,
  names: readonly string[],
  variables: ReadonlyMap<string, Variable>,
): void {
  const size = new Set([...variables.keys(), ...names]).size;
  if (scope.most === undefined || size <= scope.most || size === variables.size) return;
  throw tooManyVariables(id, names, size, scope.most);
}
