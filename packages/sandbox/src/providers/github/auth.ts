import { json, Refusal, refuse, type Answer } from '../../http/answer.ts';
import { param, type Call } from '../../http/call.ts';
import type { Handler } from '../../http/route.ts';
import { failure, notFound } from './answers.ts';
import type { Account, GitHubState, Repository } from './state.ts';
import type { RoleName, TokenWorld } from './world.ts';

const ROLES: readonly RoleName[] = ['read', 'triage', 'write', 'maintain', 'admin'];

/** What a route asks of a token. */
export interface Need {
  /** Any one of these, of a classic token. */
  readonly scopes: readonly string[];
  /** Of a fine-grained or installation token, as `X-Accepted-GitHub-Permissions` names it. */
  readonly permission: string;
  readonly level: 'read' | 'write';
  /** GitHub Apps have no way in, whatever they are permitted. */
  readonly personalOnly?: boolean;
}

/** The token of a request. */
export function identify(call: Call, state: GitHubState): TokenWorld {
  const header = call.headers.authorization;
  if (header === undefined) return refuse(failure(401, 'Requires authentication'));
  const [, value = ''] = /^(?:token|bearer) +(\S+)$/i.exec(header) ?? [];
  const token = state.tokens.get(value);
  const alive =
    token?.expiresAt === undefined || state.runtime.clock() < Date.parse(token.expiresAt);
  return token !== undefined && alive ? token : refuse(failure(401, 'Bad credentials'));
}

/** The repository of the path: 404 where the token may not see it, 403 where it may, but not do this. */
export function enterRepository(call: Call, state: GitHubState, need: Need): Repository {
  const token = identify(call, state);
  const { repositoryId } = call.params;
  const name = repositoryId === undefined ? fullNameIn(call) : '';
  const repository =
    repositoryId === undefined
      ? lookUp(name, state)
      : state.repositoriesById.get(Number(repositoryId));
  if (repository === undefined) {
    const moved = formerly(name, state);
    return refuse(moved !== undefined && sees(token, moved) ? redirect(call, moved) : notFound());
  }
  if (!sees(token, repository)) return refuse(notFound());
  if (need.permission === 'metadata') return repository;
  if (!covers(token, repository)) return refuse(notAccessible(token));
  authorize(token, need);
  if (!isRole(roleOf(token, repository), roleFor(need)))
    return refuse(failure(403, 'Must have admin rights to Repository.'));
  if (repository.disabled) return refuse(failure(403, 'Repository access blocked'));
  if (repository.archived && need.level === 'write')
    return refuse(failure(403, 'Repository was archived so is read-only.'));
  return repository;
}

/** The organization of the path. */
export function enterOrganization(call: Call, state: GitHubState, need: Need): Account {
  const token = identify(call, state);
  const account = state.accounts.get(param(call, 'org').toLowerCase());
  if (account?.type !== 'Organization') return refuse(notFound());
  const elsewhere = (token.account ?? account.login).toLowerCase() !== account.login.toLowerCase();
  if (elsewhere && need.permission !== 'metadata') return refuse(notAccessible(token));
  authorize(token, need);
  return account;
}

/** The person whose token it is. Apps are nobody. */
export function enterUser(call: Call, state: GitHubState, need: Need): Account {
  const token = identify(call, state);
  const account = state.accounts.get((token.login ?? 'ada').toLowerCase());
  if (token.kind === 'installation' || account === undefined) return refuse(notAccessible(token));
  authorize(token, need);
  return account;
}

export const lookUp = (fullName: string, { repositories }: GitHubState): Repository | undefined =>
  repositories.get(fullName.toLowerCase());

/** The repository that had a name before. */
export function formerly(fullName: string, state: GitHubState): Repository | undefined {
  const id = state.formerNames.get(fullName.toLowerCase());
  return id === undefined ? undefined : state.repositoriesById.get(id);
}

/** What the caller may do with a repository, as the API shows it; of an App's token only that it may read. */
export function permissionsOn(repository: Repository, call: Call, state: GitHubState): object {
  const token = identify(call, state);
  const role = covers(token, repository) ? roleOf(token, repository) : 'read';
  const own = token.kind === 'installation' ? 'read' : role;
  return {
    admin: isRole(own, 'admin'),
    maintain: isRole(own, 'maintain'),
    push: isRole(own, 'write'),
    triage: isRole(own, 'triage'),
    pull: true,
  };
}

function roleOf({ roles = {} }: TokenWorld, repository: Repository): RoleName {
  const wanted = repository.fullName.toLowerCase();
  const [, role = 'admin'] =
    Object.entries(roles).find(([name]) => name.toLowerCase() === wanted) ?? [];
  return role;
}

const isRole = (own: RoleName, least: RoleName): boolean =>
  ROLES.indexOf(own) >= ROLES.indexOf(least);

/** Secrets and variables are for those who may push, also to read; settings for administrators. */
function roleFor({ permission, level }: Need): RoleName {
  if (permission === 'administration') return 'admin';
  return permission === 'actions' && level === 'read' ? 'read' : 'write';
}

const fullNameIn = (call: Call): string => `${param(call, 'owner')}/${param(call, 'repo')}`;

/** docs: rest/using-the-rest-api/best-practices-for-using-the-rest-api, "Follow redirects". */
function redirect(call: Call, { id }: Repository): Answer {
  const status = call.method === 'GET' || call.method === 'HEAD' ? 301 : 307;
  const target = call.target.replace(/\/repos\/[^/?]+\/[^/?]+/, `/repositories/${id}`);
  const location = `${call.origin}${target}`;
  const body = { message: 'Moved Permanently', url: location };
  return json(status, { ...body, documentation_url: 'https://docs.github.com/rest' }, { location });
}

/** Whether a repository exists for that token at all. */
export function sees(token: TokenWorld, repository: Repository): boolean {
  if (!repository.private) return true;
  return token.kind === 'classic' ? hasScope(token, ['repo']) : covers(token, repository);
}

/** Adds the headers that say what a route needs, to refusals too. */
export function guarded(need: Need, handler: Handler<GitHubState>): Handler<GitHubState> {
  const headers = {
    'x-accepted-github-permissions': `${need.permission}=${need.level}`,
    'x-accepted-oauth-scopes': need.scopes.join(', '),
  };
  const add = (answer: Answer): Answer => ({
    ...answer,
    headers: { ...answer.headers, ...headers },
  });
  return async (call, state) => {
    try {
      return add(await handler(call, state));
    } catch (error) {
      throw error instanceof Refusal ? new Refusal(add(error.answer)) : error;
    }
  };
}

function authorize(token: TokenWorld, need: Need): void {
  if (token.kind === 'classic') {
    if (!hasScope(token, need.scopes)) refuse(notFound());
    return;
  }
  if (need.permission === 'metadata') return;
  if (token.kind === 'installation' && need.personalOnly === true) refuse(notAccessible(token));
  const level = token.permissions?.[need.permission];
  if (level === undefined || (need.level === 'write' && level === 'read'))
    refuse(notAccessible(token));
}

function hasScope(token: TokenWorld, scopes: readonly string[]): boolean {
  return scopes.length === 0 || scopes.some((scope) => token.scopes?.includes(scope));
}

/** Whether a token is meant for a repository. */
export function covers(token: TokenWorld, repository: Repository): boolean {
  if (token.kind === 'classic' || token.repositories === undefined) return true;
  const wanted = repository.fullName.toLowerCase();
  return token.repositories.some((name) => name.toLowerCase() === wanted);
}

const notAccessible = ({ kind }: TokenWorld): Answer =>
  failure(
    403,
    `Resource not accessible by ${kind === 'installation' ? 'integration' : 'personal access token'}`,
  );
