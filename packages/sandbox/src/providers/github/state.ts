import type { Usage } from '../../http/usage.ts';
import type { Canaries } from '../canary.ts';
import type { Moment, ProviderRuntime } from '../clocks.ts';
import { TimedMap } from '../timed-map.ts';
import type { KeyPair } from './sealed-box.ts';
import type { AppWorld, GitHubBehaviour, TokenWorld, Visibility } from './world.ts';

/** A secret or a variable. */
export interface Item {
  readonly name: string;
  readonly value: string;
  readonly createdAt: Moment;
  readonly updatedAt: Moment;
  /** Of items that repositories share. */
  readonly visibility?: Visibility;
  /** The ids of the repositories that `selected` is about. */
  readonly selected: ReadonlySet<number>;
}

export type ShelfName = 'actions' | 'dependabot' | 'codespaces' | 'agents' | 'variables';

/** The items of one kind in one place, with the key that they are sealed for. */
export interface Shelf {
  readonly items: TimedMap<Item>;
  readonly keyId: string;
  /** Made when it is first asked for. */
  keyPair?: Promise<KeyPair>;
}

/** A place that has secrets: a repository, an environment, an organization or a person. */
export interface Holder {
  readonly shelves: Map<ShelfName, Shelf>;
}

export interface Account extends Holder {
  readonly id: number;
  readonly login: string;
  readonly type: 'Organization' | 'User';
}

export interface Environment extends Holder {
  readonly id: number;
  readonly name: string;
}

export interface Repository extends Holder {
  readonly id: number;
  owner: Account;
  name: string;
  fullName: string;
  readonly private: boolean;
  archived: boolean;
  disabled: boolean;
  readonly hasCanary: boolean;
  readonly topics: readonly string[];
  /** By lower-case name. */
  readonly environments: Map<string, Environment>;
}

/** GitHub while it lives. Names are looked up in lower case. */
export interface GitHubState {
  readonly runtime: ProviderRuntime;
  readonly behaviour: GitHubBehaviour;
  readonly repositories: Map<string, Repository>;
  readonly repositoriesById: Map<number, Repository>;
  /** The ids of repositories by the names that they had before. */
  readonly formerNames: Map<string, number>;
  readonly accounts: Map<string, Account>;
  readonly tokens: Map<string, TokenWorld>;
  readonly apps: AppWorld[];
  readonly canaries: Canaries;
  /** Requests of the running hour, by token. */
  readonly usage: (token: string) => Usage;
  /** Writes of the running minute, by token. */
  readonly writes: (token: string) => Usage;
  /** Points of the running minute, by token. */
  readonly points: (token: string) => Usage;
  /** The next unused id. */
  nextId: () => number;
}

const SHARED_KEY_ID = '568250167242549743';

/** The shelf of that name, made when it is first asked for: a thousand repositories cost next to nothing. */
export function shelfOf(
  holder: Holder,
  name: ShelfName,
  state: Pick<GitHubState, 'behaviour' | 'nextId' | 'runtime'>,
): Shelf {
  const existing = holder.shelves.get(name);
  if (existing !== undefined) return existing;
  const keyId = state.behaviour.distinctKeyIds === true ? String(state.nextId()) : SHARED_KEY_ID;
  const shelf = { items: new TimedMap<Item>(state.runtime.clock), keyId };
  holder.shelves.set(name, shelf);
  return shelf;
}

/** Stores an item under its name, keeping when it was created. */
export function store(
  shelf: Shelf,
  item: Omit<Item, 'createdAt' | 'updatedAt'> & Partial<Pick<Item, 'createdAt' | 'updatedAt'>>,
  { clocks }: ProviderRuntime,
): void {
  const time = clocks.now();
  const createdAt = item.createdAt ?? shelf.items.get(item.name)?.createdAt ?? time;
  shelf.items.set(item.name, { ...item, createdAt, updatedAt: item.updatedAt ?? time });
}

/** The item of that name as a read shows it. */
export function readItem(shelf: Shelf, name: string, state: GitHubState): Item | undefined {
  const item = shelf.items.asOf(state.runtime.clocks.readTime()).get(name);
  return item !== undefined && isVisible(item, state) ? item : undefined;
}

/** The items that a read shows, sorted by name. */
export function readItems(shelf: Shelf, state: GitHubState): Item[] {
  return [...shelf.items.asOf(state.runtime.clocks.readTime()).values()]
    .filter((item) => isVisible(item, state))
    .toSorted((a, b) => (a.name < b.name ? -1 : 1));
}

function isVisible(item: Item, { runtime, behaviour }: GitHubState): boolean {
  return runtime.clock() >= Date.parse(item.createdAt.real) + (behaviour.listDelayMs ?? 0);
}

/** Whether an organization's item is for that repository. */
export function reaches(item: Item, repository: Repository): boolean {
  if (item.visibility === 'all') return true;
  return item.visibility === 'selected' ? item.selected.has(repository.id) : repository.private;
}
