import type { AdapterContext, CallOptions, ListedPlace, SinkPatterns, Target } from '@keyturn/core';

import { readPages } from './listing.ts';
import {
  archivedReason,
  listInvalid,
  lists,
  patternInvalid,
  projectListHints,
} from './messages.ts';

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
  if (group === '' || (level !== undefined && level !== 'project')) throw patternInvalid(pattern);
  const isDeep = wild < parts.length - 1 || parts[wild] === '**';
  for await (const { path, archived } of projects(pattern.text, group, isDeep, context, options))
    yield { path, ...(archived && { skip: archivedReason }) };
}

interface Project {
  readonly path: string;
  readonly archived: boolean;
}

/** docs: «Groups API», list projects. Projects that are shared with the group belong to another group. */
export async function* projects(
  id: string,
  group: string,
  isDeep: boolean,
  context: AdapterContext,
  options: CallOptions,
): AsyncGenerator<Project> {
  const what = lists.projects(id);
  const listing = {
    path: `/groups/${encodeURIComponent(group)}/projects`,
    query: {
      include_subgroups: String(isDeep),
      with_shared: 'false',
      order_by: 'id',
      sort: 'asc',
    },
    what,
    hints: projectListHints(group),
  };
  for await (const item of readPages(listing, context, options)) yield readProject(item, what);
}

export function readProject(item: Readonly<Record<string, unknown>>, what: string): Project {
  const { path_with_namespace: path, archived } = item;
  if (typeof path !== 'string') throw listInvalid(what);
  return { path, archived: archived === true };
}
