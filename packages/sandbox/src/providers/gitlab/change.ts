import type { Change, ChangeFields } from '../provider.ts';
import { openParents, openProject, openVariable } from './open.ts';
import { named, parentsOf, putVariable, removeVariable, variablesOf } from './state.ts';
import type { GitLabState, Holder, Project } from './state.ts';

const OPS = 'write, remove, create, delete, archive, unarchive, rename, transfer, licence, revoke';

/** Variables by `sink`, what may happen to a `project`, the `licence` of a `group` for scopes, and `revoke` of a token by its id. */
export function change(given: Change, state: GitLabState): object | undefined {
  const { op, fields } = given;
  if (op === 'write' || op === 'remove') return changeVariable(given, state);
  if (!OPS.split(', ').includes(op)) throw new TypeError(`gitlab has no "${op}"; it has ${OPS}`);
  if (op === 'licence') return changeLicence(fields, state);
  if (op === 'revoke') return revoke(fields, state);
  const { project: path = '', to = '' } = fields;
  if (!path.includes('/')) throw new TypeError('project must be a full path, such as acme/infra');
  const project = named(state.projects, path);
  if (op === 'create') {
    if (project !== undefined) throw new TypeError(`${path} exists`);
    return place(openProject(path, {}, state), path, state);
  }
  if (project === undefined) return undefined;
  if (op === 'archive' || op === 'unarchive') project.archived = op === 'archive';
  else if (op === 'delete') state.projects.delete(project.path.toLowerCase());
  else return move(project, destination(op, to, project), state);
  return { id: project.id, path: project.path };
}

/** Whatever else the row has stays as it is. */
function changeVariable({ op, place: at, fields }: Change, state: GitLabState): object | undefined {
  const { name: key, value } = fields;
  if (key === undefined) throw new TypeError('name must be text');
  const level = at.query.get('level') ?? 'project';
  const holder = holderOf(level, at.path, state);
  if (holder === undefined) return undefined;
  const environment_scope = at.query.get('scope') ?? '*';
  const old = variablesOf(holder).find(
    (one) => one.key === key && one.environment_scope === environment_scope,
  );
  if (op === 'remove') {
    if (old === undefined) return undefined;
    removeVariable(holder, old);
    return { name: key };
  }
  if (value === undefined) throw new TypeError('value must be text');
  const fresh = old ?? openVariable({ key, value, environment_scope });
  putVariable(holder, { ...fresh, value }, old);
  return { name: key };
}

function revoke({ id }: ChangeFields, state: GitLabState): object | undefined {
  const token = [...state.tokens.values()].find((one) => String(one.id) === id && !one.revoked);
  if (token === undefined) return undefined;
  token.revoked = true;
  return { id: token.id };
}

function holderOf(level: string, path: string, state: GitLabState): Holder | undefined {
  if (level === 'instance') return state.instance;
  return level === 'group' ? named(state.groups, path) : named(state.projects, path);
}

function changeLicence(
  { group: path, scopes }: ChangeFields,
  state: GitLabState,
): object | undefined {
  if (path === undefined) throw new TypeError('group must be a full path');
  if (scopes === undefined) throw new TypeError('scopes must be true or false');
  const group = named(state.groups, path);
  if (group !== undefined) group.scopes = scopes;
  return group && { id: group.id, path: group.path, scopes };
}

/** `to` is another last part or a full path for `rename`, another group for `transfer`. */
function destination(op: string, to: string, { path }: Project): string {
  if (to === '') throw new TypeError('to must say where it goes');
  if (op === 'transfer') return `${to}/${path.slice(path.lastIndexOf('/') + 1)}`;
  return to.includes('/') ? to : `${parentsOf(path).at(-1) ?? ''}/${to}`;
}

function move(project: Project, to: string, state: GitLabState): object {
  const taken = named(state.projects, to);
  if (taken !== undefined && taken !== project) throw new TypeError(`${to} exists`);
  const before = project.path;
  state.projects.delete(before.toLowerCase());
  project.path = to;
  project.formerPaths = [...project.formerPaths, before];
  state.projects.set(to.toLowerCase(), project);
  return place(project, to, state);
}

/** What is at a path has it for itself: the path does not lead to another project any more. */
function place(project: Project, path: string, state: GitLabState): object {
  openParents(path, state);
  for (const one of state.projects.values())
    one.formerPaths = one.formerPaths.filter((each) => each.toLowerCase() !== path.toLowerCase());
  return { id: project.id, path: project.path };
}
