import type { Usage } from '../../http/usage.ts';
import type { Canaries } from '../canary.ts';
import type { ProviderRuntime } from '../clocks.ts';
import type { TimedMap } from '../timed-map.ts';
import type { AccessToken } from './tokens.ts';
import type {
  GitLabBehaviour,
  MemberWorld,
  ProtectedBranchWorld,
  VariableWorld,
  Visibility,
} from './world.ts';

export type Variable = Required<VariableWorld>;

/** A place that has variables: a project, a group or the instance. */
export interface Holder {
  readonly kind: 'project' | 'group' | 'instance';
  /** In the order in which they were created, each under a number of its own. */
  readonly rows: TimedMap<Variable>;
}

export interface Group extends Holder {
  readonly kind: 'group';
  readonly id: number;
  readonly path: string;
  readonly visibility: Visibility;
  /** Undefined where the group above it says it. */
  scopes: boolean | undefined;
  members: readonly MemberWorld[];
}

export interface Project extends Holder {
  readonly kind: 'project';
  readonly id: number;
  path: string;
  readonly visibility: Visibility;
  archived: boolean;
  readonly hasCanary: boolean;
  readonly topics: readonly string[];
  formerPaths: readonly string[];
  members: readonly MemberWorld[];
  readonly protectedBranches: readonly ProtectedBranchWorld[];
}

/** GitLab while it lives. Paths are looked up in lower case. */
export interface GitLabState {
  readonly runtime: ProviderRuntime;
  readonly behaviour: GitLabBehaviour;
  readonly projects: Map<string, Project>;
  readonly groups: Map<string, Group>;
  readonly instance: Holder;
  readonly canaries: Canaries;
  /** By secret: those that have ended, too. */
  readonly tokens: Map<string, AccessToken>;
  readonly nextTokenId: () => number;
  /** Requests of the running minute, by token. */
  readonly usage: (token: string) => Usage;
  /** The next unused id. */
  readonly nextId: () => number;
}

/** The variables as they are. */
export const variablesOf = ({ rows }: Holder): Variable[] => [...rows.values()];

/** The variables as a read shows them, in the same order. */
export const readVariables = ({ rows }: Holder, { runtime }: GitLabState): Variable[] =>
  [...rows.asOf(runtime.clocks.readTime())]
    .toSorted(([a], [b]) => Number(a) - Number(b))
    .map(([, variable]) => variable);

/** Puts a variable in the place of another, or behind all others. */
export function putVariable({ rows }: Holder, variable: Variable, old?: Variable): void {
  const [key] = [...rows].find(([, row]) => row === old) ?? [];
  rows.set(key ?? String(Number([...rows.keys()].at(-1) ?? 0) + 1), variable);
}

export function removeVariable({ rows }: Holder, variable: Variable): void {
  for (const [key, row] of rows) if (row === variable) rows.delete(key);
}

/** Whether variables of a group may have scopes; docs: a licence belongs to a group with all below it. */
export function hasScopes(holder: Holder, state: GitLabState): boolean {
  if (holder.kind !== 'group') return holder.kind === 'project';
  const { path } = holder as Group;
  const groups = [...parentsOf(path), path].map((each) => state.groups.get(each.toLowerCase()));
  const said = groups.toReversed().find((group) => group?.scopes !== undefined)?.scopes;
  return said ?? state.behaviour.groupScopes !== 'ignored';
}

/** The paths of the groups that something is in, from the outermost to the nearest. */
export function parentsOf(path: string): string[] {
  const parts = path.split('/');
  return parts.slice(0, -1).map((_, at) => parts.slice(0, at + 1).join('/'));
}

/** What a path or a numeric id names. */
export function named<Place extends { readonly id: number; readonly path: string }>(
  places: ReadonlyMap<string, Place>,
  name: string,
): Place | undefined {
  if (/^\d+$/.test(name)) return [...places.values()].find(({ id }) => id === Number(name));
  return places.get(name.toLowerCase());
}
