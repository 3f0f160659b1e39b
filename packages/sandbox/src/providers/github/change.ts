import type { Change } from '../provider.ts';
import { lookUp } from './auth.ts';
import { addRepository, openEnvironment, openRepository } from './open.ts';
import { shelfOf, store } from './state.ts';
import type { GitHubState, Holder, Repository, ShelfName } from './state.ts';

const OPS = 'write, remove, create, delete, archive, unarchive, disable, enable, rename, transfer';

/** Secrets and variables by `sink`, and what may happen to a `repo` or to an `environment` of it. */
export function change(given: Change, state: GitHubState): object | undefined {
  const { op, fields } = given;
  if (op === 'write' || op === 'remove') return changeItem(given, state);
  if (!OPS.split(', ').includes(op)) throw new TypeError(`github has no "${op}"; it has ${OPS}`);
  const { repo = '', environment, to = '' } = fields;
  if (!repo.includes('/')) throw new TypeError('repo must be a full name, such as acme/web');
  const repository = lookUp(repo, state);
  if (environment !== undefined) return changeEnvironment(op, environment, repository, state);
  if (op === 'create') {
    if (repository !== undefined) throw new TypeError(`${repo} exists`);
    return shown(openRepository(repo, {}, state));
  }
  if (repository === undefined) return undefined;
  if (op === 'archive' || op === 'unarchive') repository.archived = op === 'archive';
  else if (op === 'disable' || op === 'enable') repository.disabled = op === 'disable';
  else if (op === 'delete') remove(repository, state);
  else move(repository, destination(op, to, repository), state);
  return shown(repository);
}

function changeItem({ op, place, fields }: Change, state: GitHubState): object | undefined {
  const { name, value, kind = 'secret' } = fields;
  if (name === undefined) throw new TypeError('name must be text');
  if (kind !== 'secret' && kind !== 'variable')
    throw new TypeError('kind must be secret or variable');
  const holder = holderOf(place.path, place.query.get('environment'), state);
  if (holder === undefined) return undefined;
  const app = (place.query.get('app') ?? 'actions') as ShelfName;
  const shelf = shelfOf(holder, kind === 'variable' ? 'variables' : app, state);
  const key = name.toUpperCase();
  if (op === 'remove') return shelf.items.delete(key) ? { name: key } : undefined;
  if (value === undefined) throw new TypeError('value must be text');
  const { visibility = 'login' in holder ? 'private' : undefined, selected = new Set<number>() } =
    shelf.items.get(key) ?? {};
  const shared = visibility === undefined ? {} : { visibility };
  store(shelf, { name: key, value, ...shared, selected }, state.runtime);
  return { name: key };
}

/** The repository, environment or organization that a target names. */
function holderOf(
  path: string,
  environment: string | null,
  state: GitHubState,
): Holder | undefined {
  const repository = lookUp(path, state);
  if (environment !== null) return repository?.environments.get(environment.toLowerCase());
  return repository ?? state.accounts.get(path.toLowerCase());
}

function changeEnvironment(
  op: string,
  name: string,
  repository: Repository | undefined,
  state: GitHubState,
): object | undefined {
  if (op !== 'create' && op !== 'delete')
    throw new TypeError('an environment can be created or deleted');
  if (repository === undefined) return undefined;
  if (op === 'create') return { id: openEnvironment(name, repository, state).id };
  return repository.environments.delete(name.toLowerCase()) ? { name } : undefined;
}

/** The new full name: `to` is another name for `rename`, another owner for `transfer`, or a full name for either. */
function destination(op: string, to: string, { owner, name }: Repository): string {
  if (to === '') throw new TypeError('to must say where it goes');
  if (to.includes('/')) return to;
  return op === 'rename' ? `${owner.login}/${to}` : `${to}/${name}`;
}

function move(repository: Repository, to: string, state: GitHubState): void {
  const [login = '', name = ''] = to.split('/');
  const owner = state.accounts.get(login.toLowerCase());
  if (owner === undefined) throw new TypeError(`there is no account ${login}`);
  const taken = lookUp(to, state);
  if (taken !== undefined && taken !== repository) throw new TypeError(`${to} exists`);
  const before = repository.fullName.toLowerCase();
  state.repositories.delete(before);
  state.formerNames.set(before, repository.id);
  Object.assign(repository, { owner, name, fullName: `${owner.login}/${name}` });
  addRepository(repository, state);
  follow(before, repository.fullName, state);
}

/** With everything in it; its former names lead nowhere. */
function remove({ id, fullName }: Repository, state: GitHubState): void {
  state.repositories.delete(fullName.toLowerCase());
  state.repositoriesById.delete(id);
  for (const [name, owner] of state.formerNames) if (owner === id) state.formerNames.delete(name);
  follow(fullName.toLowerCase(), undefined, state);
}

/** Tokens and installations are limited to repositories, not to names: a new one of an old name is not theirs. */
function follow(before: string, after: string | undefined, state: GitHubState): void {
  const names = (all: readonly string[]): readonly string[] =>
    all.flatMap((name) => (name.toLowerCase() === before ? (after ?? []) : name));
  const limited = <One extends { readonly repositories?: readonly string[] }>(one: One): One =>
    one.repositories === undefined ? one : { ...one, repositories: names(one.repositories) };
  for (const [key, token] of state.tokens) {
    const roles = Object.entries(token.roles ?? {}).flatMap(([name, role]) =>
      names([name]).map((next) => [next, role] as const),
    );
    const own = token.roles === undefined ? {} : { roles: Object.fromEntries(roles) };
    state.tokens.set(key, { ...limited(token), ...own });
  }
  for (const [at, app] of state.apps.entries())
    state.apps[at] = { ...app, installations: (app.installations ?? []).map(limited) };
}

const shown = ({ id, fullName }: Repository): object => ({ id, fullName });
