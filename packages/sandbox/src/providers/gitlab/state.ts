import type { Usage } from '../../http/usage.ts';
import type { Runtime } from '../../runtime.ts';
import type { Canaries } from '../canary.ts';
import type { GitLabBehaviour, TokenWorld, VariableWorld, Visibility } from './world.ts';

export type Variable = Required<VariableWorld>;

/** A place that has variables: a project, a group or the instance. */
export interface Holder {
  readonly kind: 'project' | 'group' | 'instance';
  /** In the order in which they were created. */
  readonly variables: Variable[];
}

export interface Group extends Holder {
  readonly kind: 'group';
  readonly id: number;
  readonly path: string;
  readonly visibility: Visibility;
}

export interface Project extends Holder {
  readonly kind: 'project';
  readonly id: number;
  readonly path: string;
  readonly visibility: Visibility;
  readonly archived: boolean;
  readonly hasCanary: boolean;
  readonly topics: readonly string[];
  readonly formerPaths: readonly string[];
}

/** GitLab while it lives. Paths are looked up in lower case. */
export interface GitLabState {
  readonly runtime: Runtime;
  readonly behaviour: GitLabBehaviour;
  readonly projects: ReadonlyMap<string, Project>;
  readonly groups: ReadonlyMap<string, Group>;
  readonly instance: Holder;
  readonly canaries: Canaries;
  readonly tokens: ReadonlyMap<string, TokenWorld>;
  /** Requests of the running minute, by token. */
  readonly usage: (token: string) => Usage;
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
