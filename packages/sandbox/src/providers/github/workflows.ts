import { empty, json } from '../../http/answer.ts';
import { isObject, param, type Call } from '../../http/call.ts';
import type { Handler, Route } from '../../http/route.ts';
import type { Canary } from '../canary.ts';
import { bodyOf, failure, list, notFound, plainTime, requireFields, textField } from './answers.ts';
import { enterRepository, guarded, type Need } from './auth.ts';
import { jobValues } from './job.ts';
import type { GitHubState, Repository } from './state.ts';

const read: Need = { scopes: ['repo'], permission: 'actions', level: 'read' };
const write: Need = { ...read, level: 'write' };
const FILE = 'keyturn-canary.yml';
const INPUTS = ['mark', 'token', 'environment'];

/** docs: REST API, "Create a workflow dispatch event": it is answered before the run exists, without its id. */
const dispatch: Handler<GitHubState> = (call, state) => {
  const repository = enterWithWorkflow(call, state, write);
  if (repository === undefined) return notFound();
  const body = bodyOf(call);
  requireFields(body, ['ref']);
  const ref = textField(body, 'ref');
  if (ref !== 'main') return failure(422, `No ref found for: ${ref}`);
  const given = isObject(body['inputs']) ? body['inputs'] : {};
  const unexpected = Object.keys(given).filter((name) => !INPUTS.includes(name));
  if (unexpected.length > 0)
    return failure(422, `Unexpected inputs provided: ${JSON.stringify(unexpected)}`);
  const inputs = Object.fromEntries(
    Object.entries(given).map(([name, value]) => [name, String(value)]),
  );
  const { environment = '', token = '' } = inputs;
  const query = new URLSearchParams(environment === '' ? {} : { environment });
  const values = jobValues({ path: repository.fullName, query }, state);
  state.canaries.start(repository.fullName, inputs, token, values);
  return empty();
};

const listRuns: Handler<GitHubState> = (call, state) => {
  const repository = enterWithWorkflow(call, state, read);
  if (repository === undefined) return notFound();
  const event = call.query.get('event') ?? 'workflow_dispatch';
  const runs = state.canaries.runs.filter(({ owner }) => owner === repository.fullName);
  return list(call, event === 'workflow_dispatch' ? runs : [], (page, count) => ({
    total_count: count,
    workflow_runs: page.map((run) => runObject(run, state)),
  }));
};

const getRun: Handler<GitHubState> = (call, state) => {
  const repository = enterRepository(call, state, read);
  const run = state.canaries.runs.find(
    ({ id, owner }) => String(id) === param(call, 'run') && owner === repository.fullName,
  );
  return run === undefined ? notFound() : json(200, runObject(run, state));
};

function enterWithWorkflow(call: Call, state: GitHubState, need: Need): Repository | undefined {
  const repository = enterRepository(call, state, need);
  return repository.hasCanary && param(call, 'workflow') === FILE ? repository : undefined;
}

function runObject(
  { id, owner, inputs, createdAt, passed }: Canary,
  { runtime }: GitHubState,
): object {
  const conclusion = passed === undefined ? null : passed ? 'success' : 'failure';
  return {
    id,
    name: 'keyturn canary',
    display_title: `keyturn canary ${inputs['mark'] ?? ''}`,
    event: 'workflow_dispatch',
    head_branch: 'main',
    path: `.github/workflows/${FILE}`,
    status: conclusion === null ? 'in_progress' : 'completed',
    conclusion,
    html_url: `https://github.com/${owner}/actions/runs/${id}`,
    ...runtime.clocks.stamps({ created_at: createdAt, updated_at: createdAt }, plainTime),
  };
}

export const workflowRoutes: readonly Route<GitHubState>[] = [
  {
    method: 'POST',
    path: '/repos/:owner/:repo/actions/workflows/:workflow/dispatches',
    handler: guarded(write, dispatch),
  },
  {
    method: 'GET',
    path: '/repos/:owner/:repo/actions/workflows/:workflow/runs',
    handler: guarded(read, listRuns),
  },
  {
    method: 'GET',
    path: '/repos/:owner/:repo/actions/runs/:run',
    handler: guarded(read, getRun),
  },
];
