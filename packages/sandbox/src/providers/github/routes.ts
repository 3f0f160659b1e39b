import type { Route } from '../../http/route.ts';
import { accountRoutes } from './accounts.ts';
import { appRoutes } from './apps.ts';
import { environmentRoutes } from './environments.ts';
import { graphqlRoutes } from './graphql.ts';
import { inheritedRoutes } from './inherited.ts';
import { secretPlaces, variablePlaces } from './places.ts';
import { repositoryRoutes } from './repositories.ts';
import { secretRoutes } from './secrets.ts';
import type { GitHubState } from './state.ts';
import { workflowRoutes } from './workflows.ts';
import { variableRoutes } from './variables.ts';

const BY_NAME = '/repos/:owner/:repo';
const BY_ID = '/repositories/:repositoryId';

/** What may be below a repository's name or below its id, which is where redirects lead. */
const placeRoutes: readonly Route<GitHubState>[] = [
  ...repositoryRoutes,
  ...environmentRoutes,
  ...secretPlaces.flatMap(secretRoutes),
  ...variablePlaces.flatMap(variableRoutes),
  ...inheritedRoutes,
  ...workflowRoutes,
];

/** Everything that GitHub answers, bare (api.github.com) or below `/api/v3` (a server of one's own). */
export const routes: readonly Route<GitHubState>[] = [
  ...accountRoutes,
  ...appRoutes,
  ...graphqlRoutes,
  ...placeRoutes,
  ...placeRoutes
    .filter(({ path }) => path.startsWith(BY_NAME))
    .map((route) => ({ ...route, path: route.path.replace(BY_NAME, BY_ID) })),
];
