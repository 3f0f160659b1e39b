import { Refusal, refuse, type Answer } from '../../http/answer.ts';
import { param, type Call } from '../../http/call.ts';
import type { Handler } from '../../http/route.ts';
import { failure, notFound } from './answers.ts';
import type { Account, GitHubState, Repository } from './state.ts';
import type { TokenWorld } from './world.ts';

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
  const name = `${param(call, 'owner')}/${param(call, 'repo')}`;
  const repository = state.repositories.get(name.toLowerCase());
  if (repository === undefined || !sees(token, repository)) return refuse(notFound());
  if (!covers(token, repository) && need.permission !== 'metadata')
    return refuse(notAccessible(token));
  authorize(token, need);
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
