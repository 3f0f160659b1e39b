import { json } from '../../http/answer.ts';
import { param, type Call } from '../../http/call.ts';
import type { Handler, Route } from '../../http/route.ts';
import { failure, list, notFound } from './answers.ts';
import { covers, enterOrganization, enterRepository, guarded, identify, sees } from './auth.ts';
import type { Need } from './auth.ts';
import { repositoryObject } from './repository-object.ts';
import { matcher } from './search.ts';
import type { GitHubState, Repository } from './state.ts';

const metadata: Need = { scopes: [], permission: 'metadata', level: 'read' };

const getRepository: Handler<GitHubState> = (call, state) =>
  json(200, repositoryObject(enterRepository(call, state, metadata), call, state));

const listOfOrganization: Handler<GitHubState> = (call, state) => {
  const { id } = enterOrganization(call, state, metadata);
  const type = call.query.get('type') ?? 'all';
  const fits = ({ owner, private: hidden }: Repository): boolean =>
    owner.id === id && (type === 'private' ? hidden : type !== 'public' || !hidden);
  return repositoryList(call, visible(call, state).filter(fits), state);
};

/** Public ones only, even one's own. */
const listOfUser: Handler<GitHubState> = (call, state) => {
  const login = param(call, 'login').toLowerCase();
  if (!state.accounts.has(login)) return notFound();
  return repositoryList(
    call,
    visible(call, state).filter(
      (repository) => repository.owner.login.toLowerCase() === login && !repository.private,
    ),
    state,
  );
};

const listOfCaller: Handler<GitHubState> = (call, state) =>
  repositoryList(call, visible(call, state), state);

const listOfInstallation: Handler<GitHubState> = (call, state) => {
  if (identify(call, state).kind !== 'installation')
    return failure(
      403,
      'You must authenticate with an installation access token in order to list repositories for an installation.',
    );
  return list(call, visible(call, state), (page, count) => ({
    total_count: count,
    repositories: page.map((repository) => repositoryObject(repository, call, state)),
  }));
};

const search: Handler<GitHubState> = (call, state) => {
  const query = call.query.get('q')?.trim() ?? '';
  if (query === '')
    return failure(422, 'Validation Failed', {
      errors: [{ resource: 'Search', field: 'q', code: 'missing' }],
    });
  return list(call, visible(call, state).filter(matcher(query)), (page, count) => ({
    total_count: count,
    incomplete_results: false,
    items: page.map((repository) => repositoryObject(repository, call, state)),
  }));
};

/** The repositories that exist for the caller; an app has only those that it is installed on. */
function visible(call: Call, state: GitHubState): Repository[] {
  const token = identify(call, state);
  const fits = token.kind === 'installation' ? covers : sees;
  return [...state.repositories.values()].filter((repository) => fits(token, repository));
}

const repositoryList = (call: Call, repositories: readonly Repository[], state: GitHubState) =>
  list(call, repositories, (page) =>
    page.map((repository) => repositoryObject(repository, call, state)),
  );

export const repositoryRoutes: readonly Route<GitHubState>[] = [
  { method: 'GET', path: '/repos/:owner/:repo', handler: guarded(metadata, getRepository) },
  { method: 'GET', path: '/orgs/:org/repos', handler: guarded(metadata, listOfOrganization) },
  { method: 'GET', path: '/users/:login/repos', handler: guarded(metadata, listOfUser) },
  { method: 'GET', path: '/user/repos', handler: guarded(metadata, listOfCaller) },
  {
    method: 'GET',
    path: '/installation/repositories',
    handler: guarded(metadata, listOfInstallation),
  },
  { method: 'GET', path: '/search/repositories', handler: guarded(metadata, search) },
];
