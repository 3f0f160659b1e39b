import type { GitHubState, Holder, Item, Repository, ShelfName } from './state.ts';
import type {
  GitHubWorld,
  ItemWorld,
  ItemsWorld,
  OrganizationWorld,
  RepositoryWorld,
  UserWorld,
} from './world.ts';

/** The world that a living GitHub has become, secrets opened. */
export function closeState(state: GitHubState): GitHubWorld {
  const repositories = [...state.repositories.values()].map((repository) => [
    repository.fullName,
    closeRepository(repository, state),
  ]);
  const accounts = (type: string): [string, OrganizationWorld & UserWorld][] =>
    [...state.accounts.values()]
      .filter((account) => account.type === type)
      .map((account) => [account.login, { id: account.id, ...shelvesOf(account, state) }]);
  return {
    ...(Object.fromEntries(repositories) as Record<string, RepositoryWorld>),
    organizations: Object.fromEntries(accounts('Organization')),
    users: Object.fromEntries(accounts('User')),
    tokens: [...state.tokens.values()],
    ...(state.apps.length > 0 && { apps: state.apps }),
    behaviour: state.behaviour,
  };
}

function closeRepository(repository: Repository, state: GitHubState): RepositoryWorld {
  const { id, archived, disabled, hasCanary, topics, environments } = repository;
  const formerNames = [...state.formerNames].flatMap(([name, owner]) =>
    owner === id ? [name] : [],
  );
  const environmentIds = [...environments.values()].map((one) => [one.name, one.id] as const);
  const each = (kind: ShelfName): Record<string, ItemsWorld> =>
    Object.fromEntries(
      [...environments.values()].map((one) => [one.name, itemsOf(one, kind, state)]),
    );
  return {
    id,
    private: repository.private,
    archived,
    ...(disabled && { disabled }),
    ...(formerNames.length > 0 && { formerNames }),
    ...(hasCanary && { hasCanary }),
    topics,
    actions: {},
    ...shelvesOf(repository, state),
    environments: each('actions'),
    environmentVariables: each('variables'),
    ...(environmentIds.length > 0 && { environmentIds: Object.fromEntries(environmentIds) }),
  };
}

/** An empty shelf is made by a look at it, and nothing that the world has. */
function shelvesOf(holder: Holder, state: GitHubState): Partial<Record<ShelfName, ItemsWorld>> {
  const filled = [...holder.shelves].filter(([, { items }]) => items.size > 0);
  const kinds = filled.map(([kind]) => kind);
  return Object.fromEntries(kinds.map((kind) => [kind, itemsOf(holder, kind, state)]));
}

function itemsOf(holder: Holder, kind: ShelfName, state: GitHubState): ItemsWorld {
  const items = [...(holder.shelves.get(kind)?.items.values() ?? [])];
  return Object.fromEntries(items.map((item) => [item.name, closeItem(item, state)]));
}

function closeItem(item: Item, state: GitHubState): ItemWorld {
  const { value, visibility, selected } = item;
  const [createdAt, updatedAt] = [item.createdAt.real, item.updatedAt.real];
  if (visibility === undefined) return { value, createdAt, updatedAt };
  const names = [...selected].map((id) => state.repositoriesById.get(id)?.fullName ?? String(id));
  return { value, createdAt, updatedAt, visibility, selected: names };
}
