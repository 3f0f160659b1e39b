import type { Call } from '../../http/call.ts';
import type { Handler, Route } from '../../http/route.ts';
import { list } from './answers.ts';
import { enterRepository, guarded } from './auth.ts';
import { needOf, secretPlaces, variablePlaces, type Place } from './places.ts';
import { secretObject } from './secrets.ts';
import { reaches, readItems, shelfOf, type GitHubState, type Item } from './state.ts';
import { variableList } from './variables.ts';

/** The routes that list which of its organization's items a repository gets. */
export const inheritedRoutes: readonly Route<GitHubState>[] = [
  ...secretPlaces.filter(isRepository).flatMap((place) => route(place, 'secrets', secretList)),
  ...variablePlaces
    .filter(isRepository)
    .flatMap((place) => route(place, 'variables', variableList)),
];

function isRepository({ owner, shelf }: Place): boolean {
  return owner === 'repository' && ['actions', 'agents', 'variables'].includes(shelf);
}

function route(
  place: Place,
  word: string,
  show: (
    place: Place,
    call: Call,
    items: readonly Item[],
    state: GitHubState,
  ) => ReturnType<typeof list>,
): Route<GitHubState>[] {
  const need = needOf(place, 'read');
  const handler: Handler<GitHubState> = (call, state) => {
    const repository = enterRepository(call, state, need);
    const items = readItems(shelfOf(repository.owner, place.shelf, state), state);
    return show(
      place,
      call,
      items.filter((item) => reaches(item, repository)),
      state,
    );
  };
  const path = place.path.replace(new RegExp(`${word}$`), `organization-${word}`);
  return [{ method: 'GET', path, handler: guarded(need, handler) }];
}

function secretList(place: Place, call: Call, items: readonly Item[], state: GitHubState) {
  return list(call, items, (page, count) => ({
    total_count: count,
    secrets: page.map((item) => secretObject(place, item, call, state.runtime)),
  }));
}
