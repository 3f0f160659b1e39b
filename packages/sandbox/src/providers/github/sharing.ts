import { empty, refuse, type Answer } from '../../http/answer.ts';
import { param, type Call, type JsonObject } from '../../http/call.ts';
import type { Route } from '../../http/route.ts';
import { bodyOf, failure, invalidRequest, list, notFound, requireFields } from './answers.ts';
import { guarded } from './auth.ts';
import { enterShelf, isShared, needOf, type Place } from './places.ts';
import { repositoryObject } from './repository-object.ts';
import { readItem, store, type GitHubState, type Item } from './state.ts';
import type { Visibility } from './world.ts';

const VISIBILITIES: readonly unknown[] = ['all', 'private', 'selected'];

/** Which repositories an item is for. */
export type Sharing = Pick<Item, 'visibility' | 'selected'>;

/**
 * What a write says about the repositories. One that leaves `selected_repository_ids` out selects none, whatever was
 * selected before (external-secrets/external-secrets#6519).
 */
export function sharingOf(place: Place, body: JsonObject, state: GitHubState): Sharing {
  if (!isShared(place)) return { selected: new Set() };
  if (place.owner === 'organization') requireFields(body, ['visibility']);
  const visibility = place.owner === 'user' ? 'selected' : body['visibility'];
  if (!VISIBILITIES.includes(visibility))
    return refuse(
      invalidRequest(
        `${JSON.stringify(visibility)} is not a member of ${JSON.stringify(VISIBILITIES)}.`,
      ),
    );
  const selected = idsOf(place, body['selected_repository_ids'] ?? [], state);
  return { visibility: visibility as Visibility, selected };
}

/** What reading shows of it. */
export function sharingObject(place: Place, { name, visibility }: Item, call: Call): object {
  if (!isShared(place)) return {};
  const base = place.path.replace(':org', call.params['org'] ?? '');
  const url = `${call.origin}${base}/${name}/repositories`;
  return { visibility, ...(visibility === 'selected' && { selected_repositories_url: url }) };
}

/** The routes below an item that list and change its repositories. */
export function sharingRoutes(place: Place): Route<GitHubState>[] {
  if (!isShared(place)) return [];
  const path = `${place.path}/:name/repositories`;
  const one = `${path}/:repository`;

  const change = (
    call: Call,
    state: GitHubState,
    selection: (item: Item) => ReadonlySet<number>,
  ): Answer => {
    const shelf = enterShelf(place, call, state, 'write');
    const item = shelf.items.get(param(call, 'name').toUpperCase()) ?? refuse(notFound());
    if (item.visibility !== 'selected')
      return failure(409, 'Conflict - the visibility is not set to selected');
    store(shelf, { ...item, selected: selection(item) }, state.runtime);
    return empty();
  };
  const id = (call: Call, state: GitHubState): ReadonlySet<number> =>
    idsOf(place, [Number(param(call, 'repository'))], state);

  const read = needOf(place, 'read');
  const write = needOf(place, 'write');
  return [
    {
      method: 'GET',
      path,
      handler: guarded(read, (call, state) => {
        const shelf = enterShelf(place, call, state, 'read');
        const item =
          readItem(shelf, param(call, 'name').toUpperCase(), state) ?? refuse(notFound());
        const ids = item.visibility === 'selected' ? [...item.selected] : [];
        const repositories = ids.flatMap((each) => state.repositoriesById.get(each) ?? []);
        return list(call, repositories, (page, count) => ({
          total_count: count,
          repositories: page.map((repository) => repositoryObject(repository, call, state)),
        }));
      }),
    },
    {
      method: 'PUT',
      path,
      handler: guarded(write, (call, state) =>
        change(call, state, () => {
          const body = bodyOf(call);
          requireFields(body, ['selected_repository_ids']);
          return idsOf(place, body['selected_repository_ids'], state);
        }),
      ),
    },
    {
      method: 'PUT',
      path: one,
      handler: guarded(write, (call, state) =>
        change(call, state, ({ selected }) => new Set([...selected, ...id(call, state)])),
      ),
    },
    {
      method: 'DELETE',
      path: one,
      handler: guarded(write, (call, state) =>
        change(call, state, ({ selected }) => {
          const removed = id(call, state);
          return new Set([...selected].filter((each) => !removed.has(each)));
        }),
      ),
    },
  ];
}

/** Ids may be text for Actions and Dependabot, as `gh` sends them; Codespaces takes integers only. */
function idsOf(place: Place, given: unknown, state: GitHubState): ReadonlySet<number> {
  if (!Array.isArray(given))
    return refuse(invalidRequest(`${JSON.stringify(given)} is not an array.`));
  const ids = given.map((value: unknown, at) => {
    const textual = typeof value === 'string' && /^\d+$/.test(value);
    if (Number.isSafeInteger(value) || (textual && place.shelf !== 'codespaces'))
      return Number(value);
    return refuse(invalidRequest(`For 'items/${at}', ${JSON.stringify(value)} is not an integer.`));
  });
  if (ids.some((each) => !state.repositoriesById.has(each)))
    return refuse(failure(422, 'Validation Failed'));
  return new Set(ids);
}
