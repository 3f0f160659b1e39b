import type { Call } from '../../http/call.ts';
import { permissionsOn } from './auth.ts';
import type { Account, GitHubState, Repository } from './state.ts';

const CREATED = '2021-01-14T10:19:23Z';

/** An organization or a person as the API shows them. */
export const accountObject = ({ id, login, type }: Account): object => ({
  id,
  node_id: `U_${id}`,
  login,
  type,
  html_url: `https://github.com/${login}`,
  site_admin: false,
});

/** A repository as the API shows it. */
export const repositoryObject = (
  repository: Repository,
  call: Call,
  state: GitHubState,
): object => ({
  id: repository.id,
  node_id: `R_${repository.id}`,
  name: repository.name,
  full_name: repository.fullName,
  private: repository.private,
  visibility: repository.private ? 'private' : 'public',
  owner: accountObject(repository.owner),
  html_url: `https://github.com/${repository.fullName}`,
  url: `${call.origin}/repos/${repository.fullName}`,
  description: null,
  fork: false,
  archived: repository.archived,
  disabled: repository.disabled,
  topics: repository.topics,
  default_branch: 'main',
  has_issues: true,
  created_at: CREATED,
  updated_at: CREATED,
  pushed_at: CREATED,
  permissions: permissionsOn(repository, call, state),
});
