import {
  formatTarget,
  mapLimited,
  settled,
  type CallOptions,
  type Neighbour,
  type NeighbourQuery,
} from '@keyturn/core';

import type { Client } from './client.ts';
import { contextPlace } from './messages.ts';
import { contextIn, contextPath, listContexts, type Context, type PlaceReader } from './place.ts';
import { readProject } from './project.ts';
import { unlessRefused } from './refusal.ts';
import { scopes, type Variable } from './scopes.ts';
import type { ContextTarget } from './target.ts';
import { compareTail } from './tail.ts';
import { readVariables } from './variables.ts';

/** A job can use any context of its organization, and there might be hundreds. */
const MOST_CONTEXTS = 10;
const AT_ONCE = 4;

/**
 * Finds the other names of the place, and the same names in the first contexts of the same organization, which a job can read as well.
 * Each context costs a request. Other projects are not searched: CircleCI only lists projects that the owner of the token follows.
 */
export async function neighbours(
  client: Client,
  places: PlaceReader,
  { names, token }: NeighbourQuery,
  options: CallOptions,
): Promise<readonly Neighbour[]> {
  const path = await places.known(options);
  const isWanted = (name: string): boolean => names.includes(name);
  const shows = (
    { name, tail }: Variable,
    place: Pick<Neighbour, 'scope' | 'target'> = {},
  ): Neighbour => ({
    name,
    ...place,
    ...(token !== undefined && compareTail(token, tail) === 'equal' && { shows: 'maybe' }),
  });
  const [variables, beside] = await settled([
    readVariables(client, path, options),
    inContexts(client, path, isWanted, options),
  ]);
  const others = [...variables.values()].filter(({ name }) => !isWanted(name));
  return [
    ...others.map((variable) => shows(variable)),
    ...beside.map(([variable, context]) => shows(variable, placeOfContext(client.target, context))),
  ];
}

async function inContexts(
  client: Client,
  path: string,
  isWanted: (name: string) => boolean,
  options: CallOptions,
): Promise<readonly (readonly [variable: Variable, context: string])[]> {
  const contexts = await unlessRefused(() => contextsBeside(client, path, options));
  const found: (readonly [Variable, string])[] = [];
  const looks = mapLimited(contexts, AT_ONCE, ({ id, name: context }) =>
    unlessRefused(async () => {
      const stored = await readVariables(client, contextPath(id), options, scopes.context);
      return [...stored.values()]
        .filter(({ name }) => isWanted(name))
        .map((variable) => [variable, context] as const);
    }),
  );
  for await (const some of looks) found.push(...some);
  return found;
}

function placeOfContext(
  { id }: Client['target'],
  name: string,
): Required<Pick<Neighbour, 'scope' | 'target'>> {
  const [path = ''] = id.slice('circleci:'.length).split('?', 1);
  const owner = path.split('/').slice(0, 2).join('/');
  return {
    scope: contextPlace(name),
    target: formatTarget('circleci', owner, { context: name }),
  };
}

/** Some contexts of the organization, except the one of the path. */
async function contextsBeside(
  client: Client,
  path: string,
  options: CallOptions,
): Promise<readonly Context[]> {
  const owner = await ownerOf(client, options);
  if (owner === undefined) return [];
  const contexts = await listContexts(
    client,
    { id: client.target.id, owner },
    {},
    options,
    'first',
  );
  return contexts.filter(({ id }) => id !== contextIn(path)).slice(0, MOST_CONTEXTS);
}

async function ownerOf(
  client: Client,
  options: CallOptions,
): Promise<ContextTarget['owner'] | undefined> {
  const { target, installation } = client;
  if (target.kind === 'context') return target.owner;
  const { organization } = await readProject(client, target.slug, options);
  if (organization !== undefined) return { id: organization };
  return installation.isServer ? undefined : { slug: target.slug.split('/').slice(0, 2).join('/') };
}
