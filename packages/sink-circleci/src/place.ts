import { KeyturnError, nearest, type CallOptions } from '@keyturn/core';

import { notAList, type Client } from './client.ts';
import { described } from './refusal.ts';
import { isUuid, type ContextTarget } from './target.ts';

/** The path of a target's variables. That of a context has its id, which is looked up by its name once. */
export interface PlaceReader {
  /** The path as last looked up, or looked up now. */
  known(options: CallOptions): Promise<string>;
  /** Looks the path up anew, by the requests of this client. */
  read(by: Client, options: CallOptions): Promise<string>;
}

/** @throws {KeyturnError} for every call: `TARGET_NOT_FOUND`, `AUTH_DENIED`, … */
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
  // The filter spares pages. It is only what the command line sends: where it finds nothing, everything is looked through.
  const filtered = await listContexts(client, target, { name: target.context }, options);
  const some = filtered.filter(isWanted);
  const all = some.length > 0 ? some : await listContexts(client, target, {}, options);
  const [found, ...more] = all.filter(isWanted);
  if (found !== undefined && more.length === 0) return found.id;
  const names = all.map(({ name }) => name);
  throw found === undefined ? missing(target, names) : ambiguous(target, [found, ...more]);
}

/** The contexts of an organization, or those of the first page of them. */
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
    throw notAList(target, '/context');
  });
}

function missing(target: ContextTarget, names: readonly string[]): KeyturnError {
  const near = nearest(target.context, names);
  return new KeyturnError('TARGET_NOT_FOUND', `${target.id}: there is no context of that name`, {
    hint:
      near === undefined
        ? `Either ${described(target)} is not there, or the token may not see it.`
        : `Did you mean "${near}"? Check too that the token may see it.`,
    effect: 'none',
  });
}

function ambiguous({ id, context }: ContextTarget, found: readonly Context[]): KeyturnError {
  const ids = found.slice(0, 5).map((one) => one.id);
  return new KeyturnError(
    'TARGET_NOT_FOUND',
    `${id}: ${found.length} contexts are called "${context}"`,
    { hint: `Write the id of the one that is meant: context=${ids.join(' or ')}.`, effect: 'none' },
  );
}
