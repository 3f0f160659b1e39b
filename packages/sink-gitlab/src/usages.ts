import {
  findUsages,
  formatTarget,
  KeyturnError,
  usagesOfEach,
  usagesOrSkip,
  type Target,
  type Usage,
  type UsageSearch,
} from '@keyturn/core';

import { readPages } from './listing.ts';
import { archivedReason, listInvalid, lists, searchTooNarrow } from './messages.ts';
import { projects, readProject } from './projects.ts';
import { inferTarget } from './remote.ts';
import { EVERY_ENVIRONMENT, type Level } from './scopes.ts';
import { variablesPath } from './target.ts';

/** GitLab.com allows 2000 requests per minute. */
const AT_ONCE = 8;

/**
 * Searches a group with its subgroups and projects, one project, or, for `gitlab:?level=instance`, everything that the token can see, in
 * every environment scope. If the target is inferred from git's remote, the outermost group is searched.
 */
export const usages = findUsages(inferTarget, async function* usages(target, isInferred, search) {
  const { context, options } = search;
  const { path, level } = isInferred ? outermost(target) : placeOf(target);
  if (level === 'instance') return yield* ofInstance(search);
  if (level === 'project') return yield* await read({ level, path }, search);
  // Only GitLab knows whether a path is a group or a project; a person has projects, but is not a group.
  const groups = await subgroups(path, search).catch((error: unknown) => {
    if (path.includes('/') && KeyturnError.is(error) && error.code === 'TARGET_NOT_FOUND')
      return undefined;
    throw error;
  });
  if (groups === undefined) return yield* await read({ level: 'project', path }, search);
  yield* usagesOfEach([path, ...groups], AT_ONCE, (group) =>
    read({ level: 'group', path: group }, search),
  );
  yield* usagesOfEach(
    projects(`gitlab:${path}`, path, true, context, options),
    AT_ONCE,
    (project) => readUnlessArchived(project, search),
  );
});

interface Place {
  readonly level: Level;
  readonly path: string;
}

async function* ofInstance(search: UsageSearch): AsyncGenerator<Usage> {
  const { context, options } = search;
  yield* await read({ level: 'instance', path: '' }, search);
  const inGroups = { path: '/groups', what: lists.groups('gitlab') };
  yield* usagesOfEach(readPages(inGroups, context, options), AT_ONCE, (group) =>
    read({ level: 'group', path: fullPath(group, inGroups.what) }, search),
  );
  // docs: «Projects API»: 40 is Maintainer, the lowest role that can read variables.
  const inProjects = {
    path: '/projects',
    query: { min_access_level: '40', order_by: 'id', sort: 'asc' },
    what: lists.projects('gitlab'),
  };
  yield* usagesOfEach(readPages(inProjects, context, options), AT_ONCE, (item) =>
    readUnlessArchived(readProject(item, inProjects.what), search),
  );
}

/** The groups below a group; fails if the group does not exist. docs: «Groups API», list descendant groups. */
async function subgroups(group: string, { context, options }: UsageSearch): Promise<string[]> {
  const what = lists.subgroups(`gitlab:${group}`);
  const path = `/groups/${encodeURIComponent(group)}/descendant_groups`;
  const found: string[] = [];
  for await (const item of readPages({ path, what }, context, options))
    found.push(fullPath(item, what));
  return found;
}

function fullPath({ full_path: path }: Readonly<Record<string, unknown>>, what: string): string {
  if (typeof path !== 'string') throw listInvalid(what);
  return path;
}

async function readUnlessArchived(
  { path, archived }: { readonly path: string; readonly archived: boolean },
  search: UsageSearch,
): Promise<readonly Usage[]> {
  const place = { level: 'project', path } as const;
  return archived ? [{ skipped: idOf(place), reason: archivedReason }] : read(place, search);
}

/** Reads the names and scopes of one place's variables. The list contains their values, which are dropped at once. */
function read(
  place: Place,
  { isWanted, context, options }: UsageSearch,
): Promise<readonly Usage[]> {
  const id = idOf(place);
  const path = variablesPath({ level: place.level, owner: place.path });
  return usagesOrSkip(id, async () => {
    const found: Usage[] = [];
    const listing = { path, what: lists.variables(id) };
    for await (const { key, environment_scope: scope } of readPages(listing, context, options)) {
      if (typeof key !== 'string') throw listInvalid(listing.what);
      if (!isWanted(key)) continue;
      found.push({ target: idOf(place, typeof scope === 'string' ? scope : undefined), name: key });
    }
    return found;
  });
}

/** The canonical target: see `parseGitlabTarget`. */
function idOf({ level, path }: Place, scope?: string): string {
  return formatTarget('gitlab', path.toLowerCase(), {
    level: level === 'project' ? undefined : level,
    scope: scope === EVERY_ENVIRONMENT ? undefined : scope,
  });
}

function outermost({ path }: Target): Place {
  return { path: path.split('/')[0] ?? path, level: 'group' };
}

function placeOf(target: Target): Place {
  const { path, query } = target;
  const { level = 'group', ...others } = query;
  const isInstance = level === 'instance';
  const isKnown = isInstance || level === 'group' || level === 'project';
  if (
    isKnown &&
    Object.keys(others).length === 0 &&
    !path.includes('*') &&
    isInstance === (path === '')
  )
    return { path, level };
  throw searchTooNarrow(target);
}
