import { createUsages } from '../../http/usage.ts';
import type { Runtime } from '../../runtime.ts';
import { createCanaries, type UseToken } from '../canary.ts';
import { parentsOf, type GitLabState, type Group, type Project, type Variable } from './state.ts';
import type { GitLabWorld, GroupWorld, HolderWorld, ProjectWorld, VariableWorld } from './world.ts';

/** Makes a living GitLab of its part of the world. */
export function openState(world: GitLabWorld, runtime: Runtime, use: UseToken): GitLabState {
  let lastId = 100;
  const nextId = (): number => (lastId += 1);
  const projects = new Map<string, Project>();
  const groups = new Map<string, Group>();
  const addGroup = (path: string, group: GroupWorld): void => {
    if (groups.has(path.toLowerCase())) return;
    groups.set(path.toLowerCase(), {
      kind: 'group',
      id: group.id ?? nextId(),
      path,
      visibility: group.visibility ?? 'private',
      variables: variablesOf(group),
    });
  };
  for (const [path, group] of Object.entries(world.groups ?? {})) addGroup(path, group);
  for (const [path, project] of projectsOf(world)) {
    projects.set(path.toLowerCase(), {
      kind: 'project',
      id: project.id ?? nextId(),
      path,
      visibility: project.visibility ?? 'private',
      archived: project.archived ?? false,
      hasCanary: project.hasCanary ?? false,
      topics: project.topics ?? [],
      formerPaths: project.formerPaths ?? [],
      variables: variablesOf(project),
    });
  }
  const nested = [...groups.values(), ...projects.values()];
  for (const parent of nested.flatMap(({ path }) => parentsOf(path))) addGroup(parent, {});
  return {
    runtime,
    behaviour: world.behaviour ?? {},
    projects,
    groups,
    canaries: createCanaries(use, runtime),
    instance: { kind: 'instance', variables: variablesOf(world.instance ?? {}) },
    tokens: new Map((world.tokens ?? []).map((token) => [token.token, token])),
    usage: createUsages(runtime.clock, 60_000),
  };
}

/** Fills in what a variable was not given. */
export function openVariable(variable: VariableWorld): Variable {
  const { hidden = false } = variable;
  return {
    variable_type: 'env_var',
    protected: false,
    masked: hidden,
    raw: false,
    environment_scope: '*',
    description: null,
    ...variable,
    hidden,
  };
}

const variablesOf = ({ variables = [] }: HolderWorld): Variable[] =>
  variables.map((variable) => openVariable(variable));

/** The projects among a world's entries: their keys alone have a slash. */
function projectsOf(world: GitLabWorld): [string, ProjectWorld][] {
  return Object.entries(world as Record<string, ProjectWorld>).filter(([key]) => key.includes('/'));
}
