import { json, refuse } from '../../http/answer.ts';
import { isObject, param, type Call } from '../../http/call.ts';
import type { Handler, Route } from '../../http/route.ts';
import type { Canary } from '../canary.ts';
import { failure, forbidden, list, misfit, notFound } from './answers.ts';
import { authenticate, enterProject, hasLevel } from './auth.ts';
import { jobValues } from './job.ts';
import { paramsOf } from './params.ts';
import type { GitLabState, Project } from './state.ts';

const DEVELOPER = 30;

/** docs: api/pipelines, "Create a new pipeline"; a configuration without a fitting job makes none. */
const create: Handler<GitLabState> = async (call, state) => {
  const project = enterAsDeveloper(call, state);
  const { ref, variables = [] } = await paramsOf(call);
  if (ref === undefined) return misfit(400, 'ref is missing');
  if (ref !== 'main') return failure(400, { base: ['Reference not found'] });
  const rows = Array.isArray(variables) ? variables.filter(isObject) : [];
  const inputs = Object.fromEntries(rows.map(({ key, value }) => [String(key), String(value)]));
  const { KEYTURN_CANARY_TOKEN: token, KEYTURN_CANARY_ENVIRONMENT: scope } = inputs;
  if (!project.hasCanary || token === undefined)
    return failure(400, {
      base: [
        'Pipeline will not run for the selected trigger. The rules configuration prevented any jobs from being added to the pipeline.',
      ],
    });
  const query = new URLSearchParams(scope === undefined ? {} : { scope });
  const values = jobValues({ path: project.path, query }, state);
  const run = state.canaries.start(project.path, inputs, token, values);
  return json(201, pipelineObject(run, project, call));
};

const listJobs: Handler<GitLabState> = (call, state) => {
  const [run, project] = enterPipeline(call, state);
  const { id, passed, createdAt } = run;
  return list(call, [
    {
      id: id + 1_000_000,
      name: 'keyturn-canary',
      stage: 'test',
      status: statusOf(run),
      created_at: createdAt.shown,
      finished_at: passed === undefined ? null : createdAt.shown,
      web_url: `${call.origin}/${project.path}/-/jobs/${id + 1_000_000}`,
    },
  ]);
};

const getPipeline: Handler<GitLabState> = (call, state) =>
  json(200, pipelineObject(...enterPipeline(call, state), call));

function enterPipeline(call: Call, state: GitLabState): [Canary, Project] {
  const project = enterAsDeveloper(call, state);
  const run = state.canaries.runs.find(
    ({ id, owner }) => String(id) === param(call, 'pipeline') && owner === project.path,
  );
  return run === undefined ? refuse(notFound('Pipeline')) : [run, project];
}

function enterAsDeveloper(call: Call, state: GitLabState): Project {
  const token = authenticate(call, state);
  const project = enterProject(call, state);
  return hasLevel(token, project.path, DEVELOPER) ? project : refuse(forbidden());
}

const statusOf = ({ passed }: Canary): string =>
  passed === undefined ? 'running' : passed ? 'success' : 'failed';

const pipelineObject = (run: Canary, project: Project, call: Call): object => ({
  id: run.id,
  iid: run.id - 7_000_000,
  project_id: project.id,
  status: statusOf(run),
  source: 'api',
  ref: 'main',
  created_at: run.createdAt.shown,
  web_url: `${call.origin}/${project.path}/-/pipelines/${run.id}`,
});

export const pipelineRoutes: readonly Route<GitLabState>[] = [
  { method: 'POST', path: '/projects/:id/pipeline', handler: create },
  { method: 'GET', path: '/projects/:id/pipelines/:pipeline', handler: getPipeline },
  { method: 'GET', path: '/projects/:id/pipelines/:pipeline/jobs', handler: listJobs },
];
