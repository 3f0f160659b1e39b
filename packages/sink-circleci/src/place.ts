import type { CallOptions } from '@keyturn/core';

import type { Client } from './client.ts';
import { contextAmbiguous, contextNotFound, listInvalid } from './messages.ts';
import { isUuid, type ContextTarget } from './target.ts';

/** Finds the path of a target's variables. The path of a context has its id, which is looked up by its name once. */
export interface PlaceReader {
  /** The path that was looked up last; looks it up if there is none. */
  known(options: CallOptions): Promise<string>;
  /** Looks up the path again, with the requests of this client. */
  read(by: Client, options: CallOptions): Promise<string>;
}

/** @throws {KeyturnError} from every call: `TARGET_NOT_FOUND`, `AUTH_DENIED`, … */
export function createPlaceReader(client: Client): PlaceReader {
  const { target } = client;
  let last: string | undefined;
  const read: PlaceReader['read'] = async (by, options) => {
    last =
      target.kind === 'project'
        ? projectPath(target.slug)
        : contextPath(await contextId(by, target, options));
    return last;
  };
  return { read, known: async (options) => last ?? read(client, options) };
}

export const projectPath = (slug: string): string => `/project/${slug}/envvar`;
export const contextPath = (id: string): string => `/context/${id}/environment-variable`;
/** The id in the path of a context's variables. */
export const contextIn = (path: string): string | undefined =>
  /^\/context\/([^/]+)\//.exec(path)?.[1];

export interface Context {
  readonly id: string;
  readonly name: string;
}

async function contextId(
  client: Client,
  target: ContextTarget,
  options: CallOptions,
): Promise<string> {
  if (isUuid(target.context)) return target.context;
  const isWanted = ({ name }: Context): boolean => name === target.context;
  // The filter saves pages, but only CircleCI's command line documents it: if it finds nothing, all contexts are searched.
  const filtered = await listContexts(client, target, { name: target.context }, options);
  const some = filtered.filter(isWanted);
  const all = some.length > 0 ? some : await listContexts(client, target, {}, options);
  const [found, ...more] = all.filter(isWanted);
  if (found !== undefined && more.length === 0) return found.id;
  throw found === undefined
    ? contextNotFound(
        target,
        all.map(({ name }) => name),
      )
    : contextAmbiguous(
        target,
        [found, ...more].map(({ id }) => id),
      );
}

/** Reads the contexts of an organization, or only the first page of them. */
export async function listContexts(
  { installation, list }: Client,
  target: Pick<ContextTarget, 'id' | 'owner'>,
  filter: Readonly<Record<string, string>>,
  options: CallOptions,
  pages?: 'all' | 'first',
): Promise<readonly Context[]> {
  const { owner } = target;
  const query: Readonly<Record<string, string>> =
    'slug' in owner
      ? { 'owner-slug': owner.slug }
      : {
          'owner-id': owner.id,
          'owner-type': installation.isServer ? 'account' : 'organization',
        };
  const items = await list('/context', { ...query, ...filter }, options, pages);
  return items.map(({ id, name }) => {
    if (typeof id === 'string' && isUuid(id) && typeof name === 'string')
      return { id: id.toLowerCase(), name };
    throw listInvalid(target.id, '/context');
  });
}
