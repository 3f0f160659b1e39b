import type { Route } from '../../http/route.ts';
import { accessTokenRoutes } from './access-tokens.ts';
import { accountRoutes } from './accounts.ts';
import { memberRoutes, membershipRoutes } from './members.ts';
import { personalTokenRoutes } from './personal-tokens.ts';
import { projectRoutes } from './projects.ts';
import { pipelineRoutes } from './pipelines.ts';
import { protectedBranchRoutes } from './protected-branches.ts';
import type { GitLabState } from './state.ts';
import { variableRoutes } from './variables.ts';

/** Everything that GitLab answers, below `/api/v4`. */
export const routes: readonly Route<GitLabState>[] = [
  ...accountRoutes,
  ...projectRoutes,
  ...pipelineRoutes,
  ...personalTokenRoutes,
  ...accessTokenRoutes('project', '/projects/:id/access_tokens'),
  ...accessTokenRoutes('group', '/groups/:id/access_tokens'),
  ...memberRoutes('project', '/projects/:id/members'),
  ...memberRoutes('group', '/groups/:id/members'),
  ...membershipRoutes,
  ...protectedBranchRoutes,
  ...variableRoutes('project', '/projects/:id/variables'),
  ...variableRoutes('group', '/groups/:id/variables'),
  ...variableRoutes('instance', '/admin/ci/variables'),
];
