import type { Route } from '../../http/route.ts';
import { accountRoutes } from './accounts.ts';
import { contextVariableRoutes } from './context-variables.ts';
import { contextRoutes } from './contexts.ts';
import { pipelineRoutes } from './pipelines.ts';
import { projectVariableRoutes } from './project-variables.ts';
import { projectRoutes } from './projects.ts';
import { restrictionRoutes } from './restrictions.ts';
import type { CircleCiState } from './state.ts';

/** Everything that CircleCI answers. Variables stand before projects: `:slug/envvar/:name` looks like a slug too. */
export const routes: readonly Route<CircleCiState>[] = [
  ...accountRoutes,
  ...projectVariableRoutes,
  ...pipelineRoutes,
  ...projectRoutes,
  ...contextRoutes,
  ...contextVariableRoutes,
  ...restrictionRoutes,
];
