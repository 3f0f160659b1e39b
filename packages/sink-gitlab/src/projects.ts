import {
  KeyturnError,
  type AdapterContext,
  type CallOptions,
  type ListedPlace,
  type SinkPatterns,
  type Target,
} from '@keyturn/core';

import { readPages, unclear } from './listing.ts';

/** `gitlab:GROUP/*` and `gitlab:GROUP/**`: the projects of a group, and those of its subgroups. */
export const patterns: SinkPatterns = { filters: [], list };

async function* list(
  pattern: Target,
  context: AdapterContext,
  options: CallOptions,
): AsyncGenerator<ListedPlace> {
  const parts = pattern.path.split('/');
  const wild = parts.findIndex((part) => part.includes('*'));
  const group = parts.slice(0, wild).join('/');
  const { level } = pattern.query;
  if (group === '' || (level !== undefined && level !== 'project'))
    throw new KeyturnError(
      'TARGET_INVALID',
      `"${pattern.text.slice(0, 200)}": a pattern is for the projects of a group`,
      { hint: 'Write gitlab:GROUP/*, or gitlab:GROUP/** with its subgroups.', effect: 'none' },
    );
  const isDeep = wild < parts.length - 1 || parts[wild] === '**';
  for await (const { path, archived } of projects(pattern.text, group, isDeep, context, options))
    yield { path, ...(archived && { skip: 'it is archived' }) };
}

interface Project {
  readonly path: string;
  readonly archived: boolean;
}

/** docs: «Groups API», list projects; those that are shared with the group belong to another one. */
export async function* projects(
  id: string,
  group: string,
  isDeep: boolean,
  context: AdapterContext,
  options: CallOptions,
): AsyncGenerator<Project> {
  const what = `${id}: the list of projects`;
  const listing = {
    path: `/groups/${encodeURIComponent(group)}/projects`,
    query: {
      include_subgroups: String(isDeep),
      with_shared: 'false',
      order_by: 'id',
      sort: 'asc',
    },
    what,
    hints: {
      403: 'The token needs the scope "api", and to be of a member of the group.',
      404: `Either there is no group ${group}, or the token may not see it. The projects of a person cannot be listed.`,
    },
  };
  for await (const item of readPages(listing, context, options)) yield readProject(item, what);
}

export function readProject(item: Readonly<Record<string, unknown>>, what: string): Project {
  const { path_with_namespace: path, archived } = item;
  if (typeof path !== 'string') throw unclear(what);
  return { path, archived: archived === true };
}
