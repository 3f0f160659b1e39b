import { refuse } from '../../http/answer.ts';
import { param, type Call } from '../../http/call.ts';
import { notFound } from './answers.ts';
import { enterOrganization, enterRepository, enterUser, type Need } from './auth.ts';
import { shelfOf } from './state.ts';
import type { Environment, GitHubState, Holder, Shelf, ShelfName } from './state.ts';

/** A path below which secrets or variables of one kind are kept. */
export interface Place {
  readonly path: string;
  readonly shelf: ShelfName;
  /** What reading needs; writing needs `write` of the same. */
  readonly permission: string;
  readonly scopes: readonly string[];
  readonly personalOnly?: boolean;
  readonly enter: (call: Call, state: GitHubState, need: Need) => Holder;
  /** Whose items they are; the last two are shared with repositories. */
  readonly owner: 'repository' | 'environment' | 'organization' | 'user';
  /** How many items it may hold: docs: actions/reference/secrets-reference. */
  readonly limit: number;
}

const repositoryPath = '/repos/:owner/:repo';
const environmentPath = `${repositoryPath}/environments/:environment`;
const organizationPath = '/orgs/:org';

/** The environment of the path; 404 where it does not exist, even for a write. */
export function enterEnvironment(call: Call, state: GitHubState, need: Need): Environment {
  const repository = enterRepository(call, state, need);
  const name = param(call, 'environment').toLowerCase();
  return repository.environments.get(name) ?? refuse(notFound());
}

const ofRepository = (path: string, shelf: ShelfName, permission: string, limit = 100): Place => ({
  path: `${repositoryPath}/${path}`,
  shelf,
  permission,
  scopes: ['repo'],
  enter: enterRepository,
  owner: 'repository',
  limit,
});

const ofEnvironment = (path: string, shelf: ShelfName): Place => ({
  path: `${environmentPath}/${path}`,
  shelf,
  permission: 'environments',
  scopes: ['repo'],
  enter: enterEnvironment,
  owner: 'environment',
  limit: 100,
});

const ofOrganization = (
  path: string,
  shelf: ShelfName,
  permission: string,
  limit = 1000,
): Place => ({
  path: `${organizationPath}/${path}`,
  shelf,
  permission,
  scopes: ['admin:org'],
  enter: enterOrganization,
  owner: 'organization',
  limit,
});

export const secretPlaces: readonly Place[] = [
  ofRepository('actions/secrets', 'actions', 'secrets'),
  ofRepository('dependabot/secrets', 'dependabot', 'dependabot_secrets'),
  ofRepository('codespaces/secrets', 'codespaces', 'codespaces_secrets'),
  ofRepository('agents/secrets', 'agents', 'agent_secrets'),
  ofEnvironment('secrets', 'actions'),
  ofOrganization('actions/secrets', 'actions', 'organization_secrets'),
  ofOrganization('dependabot/secrets', 'dependabot', 'organization_dependabot_secrets'),
  {
    ...ofOrganization('codespaces/secrets', 'codespaces', 'organization_codespaces_secrets', 100),
    personalOnly: true,
  },
  ofOrganization('agents/secrets', 'agents', 'organization_agent_secrets'),
  {
    path: '/user/codespaces/secrets',
    shelf: 'codespaces',
    permission: 'codespaces_user_secrets',
    scopes: ['codespace', 'codespace:secrets'],
    enter: enterUser,
    owner: 'user',
    limit: 100,
  },
];

export const variablePlaces: readonly Place[] = [
  ofRepository('actions/variables', 'variables', 'actions_variables', 500),
  ofEnvironment('variables', 'variables'),
  ofOrganization('actions/variables', 'variables', 'organization_actions_variables'),
];

export const needOf = (place: Place, level: Need['level']): Need => ({
  permission: place.permission,
  scopes: place.scopes,
  personalOnly: place.personalOnly === true,
  level,
});

export const isShared = ({ owner }: Place): boolean => owner === 'organization' || owner === 'user';

/** The items of the place that the path names, for a token that may read or write them. */
export function enterShelf(
  place: Place,
  call: Call,
  state: GitHubState,
  level: Need['level'],
): Shelf {
  return shelfOf(place.enter(call, state, needOf(place, level)), place.shelf, state);
}
