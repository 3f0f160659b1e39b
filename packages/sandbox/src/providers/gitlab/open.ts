import { createUsages } from '../../http/usage.ts';
import { createCanaries, type UseToken } from '../canary.ts';
import type { ProviderRuntime } from '../clocks.ts';
import { TimedMap } from '../timed-map.ts';
import { parentsOf, type GitLabState, type Group, type Project, type Variable } from './state.ts';
import { addToken, openPersonal, openResourceToken } from './tokens.ts';
import type { GitLabWorld, GroupWorld, HolderWorld, ProjectWorld, VariableWorld } from './world.ts';

/** Makes a living GitLab of its part of the world. */
export function openState(
  world: GitLabWorld,
  runtime: ProviderRuntime,
  use: UseToken,
): GitLabState {
  const given = [...projectsOf(world).map(([, one]) => one), ...Object.values(world.groups ?? {})];
  let lastId = Math.max(100, ...given.flatMap(({ id }) => id ?? []));
  const nextId = (): number => (lastId += 1);
  const made = [...given.flatMap(({ accessTokens = [] }) => accessTokens), ...(world.tokens ?? [])];
  let lastTokenId = Math.max(1000, ...made.flatMap(({ id }) => id ?? []));
  const projects = new Map<string, Project>();
  const groups = new Map<string, Group>();
  const state: GitLabState = {
    runtime,
    behaviour: world.behaviour ?? {},
    projects,
    groups,
    canaries: createCanaries(use, runtime),
    instance: { kind: 'instance', rows: rowsOf(world.instance ?? {}, runtime) },
    tokens: new Map(),
    nextTokenId: () => (lastTokenId += 1),
    usage: createUsages(runtime.clock, 60_000),
    nextId,
  };
  for (const [path, group] of Object.entries(world.groups ?? {})) openGroup(path, group, state);
  for (const [path, project] of projectsOf(world)) openProject(path, project, state);
  for (const [at, token] of (world.tokens ?? []).entries())
    addToken(openPersonal(token, at + 1, runtime), state);
  const nested = [...groups.values(), ...projects.values()];
  for (const { path } of nested) openParents(path, state);
  return state;
}

function openGroup(path: string, group: GroupWorld, state: GitLabState): void {
  if (state.groups.has(path.toLowerCase())) return;
  const opened: Group = {
    kind: 'group',
    id: group.id ?? state.nextId(),
    path,
    visibility: group.visibility ?? 'private',
    scopes: group.scopes,
    members: group.members ?? [],
    rows: rowsOf(group, state.runtime),
  };
  state.groups.set(path.toLowerCase(), opened);
  for (const token of group.accessTokens ?? [])
    addToken(openResourceToken(token, opened, state), state);
}

/** Makes the groups that something is in, where they do not exist. */
export function openParents(path: string, state: GitLabState): void {
  for (const parent of parentsOf(path)) openGroup(parent, {}, state);
}

/** Makes a project as a world describes it. */
export function openProject(path: string, project: ProjectWorld, state: GitLabState): Project {
  const opened: Project = {
    kind: 'project',
    id: project.id ?? state.nextId(),
    path,
    visibility: project.visibility ?? 'private',
    archived: project.archived ?? false,
    hasCanary: project.hasCanary ?? false,
    topics: project.topics ?? [],
    formerPaths: project.formerPaths ?? [],
    members: project.members ?? [],
    protectedBranches: project.protectedBranches ?? [],
    rows: rowsOf(project, state.runtime),
  };
  state.projects.set(path.toLowerCase(), opened);
  for (const token of project.accessTokens ?? [])
    addToken(openResourceToken(token, opened, state), state);
  return opened;
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

const rowsOf = ({ variables = [] }: HolderWorld, { clock }: ProviderRuntime): TimedMap<Variable> =>
  new TimedMap(
    clock,
    variables.map((variable, at) => [String(at + 1), openVariable(variable)]),
  );

/** The projects among a world's entries: their keys alone have a slash. */
function projectsOf(world: GitLabWorld): [string, ProjectWorld][] {
  return Object.entries(world as Record<string, ProjectWorld>).filter(([key]) => key.includes('/'));
}
