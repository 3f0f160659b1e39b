import type { Usage } from '../../http/usage.ts';
import { hexadecimal } from '../../plaintext.ts';
import { randomId, type Runtime } from '../../runtime.ts';
import type { Canaries } from '../canary.ts';
import type { Moment, ProviderRuntime } from '../clocks.ts';
import type { TimedMap } from '../timed-map.ts';
import type { CircleCiBehaviour, RestrictionWorld, TokenWorld } from './world.ts';

export interface Variable {
  readonly name: string;
  readonly value: string;
  readonly createdAt: Moment | null;
  readonly updatedAt: Moment;
}

/** A place that has variables: a project or a context. */
export interface Holder {
  readonly id: string;
  readonly name: string;
  readonly organization: Organization;
  readonly variables: TimedMap<Variable>;
}

export interface Organization {
  readonly id: string;
  readonly slug: string;
}

export interface Project extends Holder {
  readonly slug: string;
  readonly isFollowed: boolean;
  readonly hasCanary: boolean;
}

export interface Context extends Holder {
  readonly createdAt: Moment;
  /** By id. */
  readonly restrictions: Map<string, Restriction>;
}

export type Restriction = Required<RestrictionWorld>;

/** CircleCI while it lives. */
export interface CircleCiState {
  readonly runtime: ProviderRuntime;
  readonly behaviour: CircleCiBehaviour & Required<Omit<CircleCiBehaviour, 'rateLimit'>>;
  /** By slug. */
  readonly organizations: Map<string, Organization>;
  /** By slug. */
  readonly projects: Map<string, Project>;
  /** By id. */
  readonly contexts: Map<string, Context>;
  readonly canaries: Canaries;
  readonly tokens: ReadonlyMap<string, TokenWorld>;
  /** Requests of the running minute, by token. */
  readonly usage: (token: string) => Usage;
}

/** Stores a value under its name, keeping when it was created. */
export function store(
  holder: Holder,
  name: string,
  value: string,
  { clocks }: ProviderRuntime,
): Variable {
  const time = clocks.now();
  const old = holder.variables.get(name);
  const createdAt = old === undefined ? time : old.createdAt;
  const variable = { name, value, createdAt, updatedAt: time };
  holder.variables.set(name, variable);
  return variable;
}

/** The variables as a read shows them, sorted by name. */
export const variablesOf = (holder: Holder, { clocks }: ProviderRuntime): Variable[] =>
  [...holder.variables.asOf(clocks.readTime()).values()].toSorted((a, b) =>
    a.name < b.name ? -1 : 1,
  );

/** A UUID that is always the same for a name. */
export function uuidOf(name: string): string {
  return hexadecimal(`circleci ${name}`, 32).replace(
    /^(.{8})(.{4}).(.{3}).(.{3})(.{12})/,
    '$1-$2-4$3-8$4-$5',
  );
}

export const randomUuid = (runtime: Runtime): string => uuidOf(randomId(runtime, 24));
