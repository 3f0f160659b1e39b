import { json, refuse } from '../../http/answer.ts';
import { isObject, param } from '../../http/call.ts';
import type { Handler, Route } from '../../http/route.ts';
import type { Canary } from '../canary.ts';
import { bodyOf, failure, list } from './answers.ts';
import { enterProject, identify } from './auth.ts';
import { jobValues } from './job.ts';
import { uuidOf, type CircleCiState } from './state.ts';

const PARAMETERS = ['keyturn-canary-token'];

/** docs: api/v2, "Trigger a new pipeline": parameters that the configuration does not declare are refused. */
const trigger: Handler<CircleCiState> = (call, state) => {
  const project = enterProject(call, state, 'write');
  const { branch = 'main', parameters = {} } = bodyOf(call);
  if (branch !== 'main') return failure(400, 'Branch not found');
  const given = isObject(parameters) ? parameters : {};
  const known = project.hasCanary ? PARAMETERS : [];
  const unexpected = Object.keys(given).filter((name) => !known.includes(name));
  if (unexpected.length > 0)
    return failure(400, `Unexpected argument(s): ${unexpected.join(', ')}`);
  const inputs = Object.fromEntries(
    Object.entries(given).map(([name, value]) => [name, String(value)]),
  );
  const values = jobValues({ path: project.slug, query: new URLSearchParams() }, state);
  const run = state.canaries.start(
    project.slug,
    inputs,
    inputs['keyturn-canary-token'] ?? '',
    values,
  );
  return json(201, {
    id: idOf(run),
    number: run.id - 7_000_000,
    state: 'pending',
    created_at: run.createdAt.shown,
  });
};

const listWorkflows: Handler<CircleCiState> = (call, state) => {
  identify(call, state);
  const wanted = param(call, 'pipeline');
  const run =
    state.canaries.runs.find((one) => idOf(one) === wanted) ??
    refuse(failure(404, 'Pipeline not found'));
  return list(
    call,
    [
      {
        id: uuidOf(`workflow ${run.id}`),
        pipeline_id: wanted,
        name: 'keyturn-canary',
        project_slug: run.owner,
        status: run.passed === undefined ? 'running' : run.passed ? 'success' : 'failed',
        created_at: run.createdAt.shown,
        stopped_at: run.passed === undefined ? null : run.createdAt.shown,
      },
    ],
    state,
  );
};

const idOf = ({ id }: Canary): string => uuidOf(`pipeline ${id}`);

export const pipelineRoutes: readonly Route<CircleCiState>[] = [
  { method: 'POST', path: '/api/v2/project/:slug/pipeline', handler: trigger },
  {
    method: 'POST',
    path: '/api/v2/project/:vcs/:organization/:project/pipeline',
    handler: trigger,
  },
  { method: 'GET', path: '/api/v2/pipeline/:pipeline/workflow', handler: listWorkflows },
];
