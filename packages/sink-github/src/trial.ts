import {
  KeyturnError,
  poll,
  type AdapterContext,
  type CallOptions,
  type Trial,
  type TrialResult,
} from '@keyturn/core';

import { createClient, REPOSITORY, type Client } from './client.ts';
import type { GithubTarget } from './target.ts';

/** The workflow of the template in docs/canary.md, which has to be on the default branch. */
const WORKFLOW = 'keyturn-canary.yml';
const PATH = `/repos/{owner}/{repo}/actions/workflows/${WORKFLOW}`;

/** Only Actions runs jobs that can be started, and only a repository has them. */
export function hasJobs({ scope, parameters }: GithubTarget): boolean {
  return 'repo' in parameters && scope.variables !== undefined;
}

/**
 * Starts the canary workflow and waits for its end (docs: REST API, «Create a workflow dispatch event», which does not tell the run's
 * id: it is found by the mark in its title).
 */
export async function trial(
  target: GithubTarget,
  context: AdapterContext,
  { token, mark, timeout }: Trial,
  call: CallOptions,
): Promise<TrialResult> {
  const { id } = target;
  const { environment_name: environment } = target.parameters;
  const client = createClient(target, context);
  const repository = await client.request(REPOSITORY, {}, call);
  if (repository.status !== 200) throw await repository.error();
  const { default_branch: ref } = repository.data as { default_branch?: unknown };
  const inputs = { mark, token, ...(environment !== undefined && { environment }) };
  const started = await client.request(`POST ${PATH}/dispatches`, { ref, inputs }, call);
  if (started.status === 404) throw noWorkflow(id);
  if (started.status !== 204 && started.status !== 200) throw await started.error();
  const run = await poll(() => endedRun(client, mark, call), timeout, context.clock, call.signal);
  if (run === undefined) throw notEnded(id, mark);
  return run;
}

interface WorkflowRun {
  readonly display_title?: unknown;
  readonly status?: unknown;
  readonly conclusion?: unknown;
  readonly html_url?: unknown;
}

async function endedRun(
  client: Client,
  mark: string,
  call: CallOptions,
): Promise<TrialResult | undefined> {
  const query = { event: 'workflow_dispatch', per_page: 50 };
  const answer = await client.request(`GET ${PATH}/runs`, query, call);
  if (answer.status !== 200) throw await answer.error();
  const { workflow_runs: runs } = (answer.data ?? {}) as { workflow_runs?: unknown };
  const run = (Array.isArray(runs) ? (runs as WorkflowRun[]) : []).find(
    ({ display_title: title }) => typeof title === 'string' && title.includes(mark),
  );
  if (run?.status !== 'completed') return undefined;
  const { conclusion, html_url: url } = run;
  return { ok: conclusion === 'success', ...(typeof url === 'string' && { url }) };
}

function noWorkflow(id: string): KeyturnError {
  return new KeyturnError(
    'TARGET_NOT_FOUND',
    `${id}: there is no workflow ${WORKFLOW} on the default branch, or the token may not start it`,
    {
      hint: `Put the template of docs/canary.md there, and give the token "Actions: write" (or the scope "repo").`,
      effect: 'none',
    },
  );
}

function notEnded(id: string, mark: string): KeyturnError {
  return new KeyturnError(
    'TIMED_OUT',
    `${id}: the job "keyturn canary ${mark}" did not end in time`,
    {
      hint: 'Look whether a runner is free for the workflow, or give it a longer time with canary.timeout.',
      effect: 'none',
    },
  );
}
