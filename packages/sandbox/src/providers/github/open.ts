import { createUsages } from '../../http/usage.ts';
import { createCanaries, type UseToken } from '../canary.ts';
import type { ProviderRuntime } from '../clocks.ts';
import {
  shelfOf,
  store,
  type Account,
  type Environment,
  type GitHubState,
  type Holder,
  type Repository,
  type ShelfName,
} from './state.ts';
import type {
  GitHubWorld,
  ItemsWorld,
  OrganizationWorld,
  RepositoryWorld,
  UserWorld,
} from './world.ts';

const HOUR = 3_600_000;
const MINUTE = 60_000;
const KINDS = ['actions', 'dependabot', 'codespaces', 'agents', 'variables'] as const;

/** Makes a living GitHub of its part of the world. */
export function openState(
  world: GitHubWorld,
  runtime: ProviderRuntime,
  use: UseToken,
): GitHubState {
  let lastId = Math.max(1000, ...idsIn(world));
  const state: GitHubState = {
    runtime,
    behaviour: world.behaviour ?? {},
    repositories: new Map(),
    repositoriesById: new Map(),
    formerNames: new Map(),
    accounts: new Map(),
    tokens: new Map((world.tokens ?? []).map((token) => [token.token, token])),
    apps: [...(world.apps ?? [])],
    canaries: createCanaries(use, runtime),
    usage: createUsages(runtime.clock, HOUR),
    writes: createUsages(runtime.clock, MINUTE),
    points: createUsages(runtime.clock, MINUTE),
    nextId: () => (lastId += 1),
  };
  // Repositories first: what is selected refers to them.
  const organizations = world.organizations ?? {};
  const users = world.users ?? {};
  for (const [login, { id }] of Object.entries(organizations))
    openAccount(login, 'Organization', id, state);
  for (const [login, { id }] of Object.entries(users)) openAccount(login, 'User', id, state);
  for (const { login = 'ada' } of world.tokens ?? [])
    if (!state.accounts.has(login.toLowerCase())) openAccount(login, 'User', undefined, state);
  for (const [fullName, repository] of repositoriesOf(world))
    openRepository(fullName, repository, state);
  for (const [login, account] of Object.entries<OrganizationWorld & UserWorld>({
    ...organizations,
    ...users,
  }))
    fill(account, state.accounts.get(login.toLowerCase()), state);
  return state;
}

/** The repositories among a world's entries: their keys alone have a slash. */
function repositoriesOf(world: GitHubWorld): [string, RepositoryWorld][] {
  return Object.entries(world as Record<string, RepositoryWorld>).filter(([key]) =>
    key.includes('/'),
  );
}

function openAccount(
  login: string,
  type: Account['type'],
  id: number | undefined,
  state: GitHubState,
): Account {
  const account = { id: id ?? state.nextId(), login, type, shelves: new Map() };
  state.accounts.set(login.toLowerCase(), account);
  return account;
}

/** The ids that a world gives; others must not be taken from among them. */
function idsIn(world: GitHubWorld): number[] {
  const repositories = repositoriesOf(world).map(([, repository]) => repository);
  const accounts = [world.organizations, world.users].flatMap((all) => Object.values(all ?? {}));
  return [
    ...[...repositories, ...accounts].flatMap(({ id }) => id ?? []),
    ...repositories.flatMap(({ environmentIds }) => Object.values(environmentIds ?? {})),
  ];
}

/** Puts a repository under its name; the name does not lead to another one any more. */
export function addRepository(repository: Repository, state: GitHubState): void {
  const name = repository.fullName.toLowerCase();
  state.repositories.set(name, repository);
  state.repositoriesById.set(repository.id, repository);
  state.formerNames.delete(name);
}

/** Makes a repository as a world describes it. */
export function openRepository(
  fullName: string,
  world: RepositoryWorld,
  state: GitHubState,
): Repository {
  const [login = '', name = ''] = fullName.split('/');
  const repository: Repository = {
    id: world.id ?? state.nextId(),
    owner: state.accounts.get(login.toLowerCase()) ?? openAccount(login, 'User', undefined, state),
    name,
    fullName,
    private: world.private ?? true,
    archived: world.archived ?? false,
    disabled: world.disabled ?? false,
    hasCanary: world.hasCanary ?? false,
    topics: world.topics ?? [],
    shelves: new Map(),
    environments: new Map(),
  };
  addRepository(repository, state);
  for (const former of world.formerNames ?? [])
    state.formerNames.set(former.toLowerCase(), repository.id);
  for (const [environment, id] of Object.entries(world.environmentIds ?? {}))
    openEnvironment(environment, repository, { nextId: () => id });
  fill(world, repository, state);
  for (const [environment, items] of Object.entries(world.environments ?? {}))
    fill({ actions: items }, openEnvironment(environment, repository, state), state);
  for (const [environment, items] of Object.entries(world.environmentVariables ?? {}))
    fill({ variables: items }, openEnvironment(environment, repository, state), state);
  return repository;
}

/** The environment of that name, made where it does not exist. */
export function openEnvironment(
  name: string,
  repository: Repository,
  state: Pick<GitHubState, 'nextId'>,
): Environment {
  const existing = repository.environments.get(name.toLowerCase());
  if (existing !== undefined) return existing;
  const environment = { id: state.nextId(), name, shelves: new Map() };
  repository.environments.set(name.toLowerCase(), environment);
  return environment;
}

function fill(
  world: Readonly<Partial<Record<ShelfName, ItemsWorld>>>,
  holder: Holder | undefined,
  state: GitHubState,
): void {
  if (holder === undefined) return;
  const { clocks } = state.runtime;
  for (const kind of KINDS) {
    const entries = Object.entries(world[kind] ?? {});
    for (const [name, { selected = [], createdAt, updatedAt, ...item }] of entries) {
      const ids = selected.map((fullName) => state.repositories.get(fullName.toLowerCase())?.id);
      const known = new Set(ids.filter((id) => id !== undefined));
      const shared = 'login' in holder ? { visibility: 'private' as const } : {};
      store(
        shelfOf(holder, kind, state),
        {
          ...shared,
          ...item,
          ...(createdAt !== undefined && { createdAt: clocks.at(createdAt) }),
          ...(updatedAt !== undefined && { updatedAt: clocks.at(updatedAt) }),
          name: name.toUpperCase(),
          selected: known,
        },
        state.runtime,
      );
    }
    // What a world begins with has always been there, also for a read that lags behind.
    holder.shelves.get(kind)?.items.settle();
  }
}
