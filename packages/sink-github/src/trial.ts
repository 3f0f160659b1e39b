import {
  poll,
  type AdapterContext,
  type CallOptions,
  type Trial,
  type TrialResult,
} from '@keyturn/core';

import { createClient, REPOSITORY, type Client } from './client.ts';
import { canaryTimedOut, workflowMissing } from './messages.ts';
import type { GithubTarget } from './target.ts';

/** The workflow of the template in docs/canary.md, which must be on the default branch. */
const WORKFLOW = 'keyturn-canary.yml';
const PATH = `/repos/{owner}/{repo}/actions/workflows/${WORKFLOW}`;

/** Only Actions has jobs that can be started, and only in a repository. */
export function hasJobs({ scope, parameters }: GithubTarget): boolean {
  return 'repo' in parameters && scope.variables !== undefined;
}

/**
 * Starts the canary workflow and waits until it ends. docs: REST API, «Create a workflow dispatch event», which does not return the id of
 * the run: the mark in the title identifies it.
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
  if (started.status === 404) throw workflowMissing(id, WORKFLOW);
  if (started.status !== 204 && started.status !== 200) throw await started.error();
  const run = await poll(() => endedRun(client, mark, call), timeout, context.clock, call.signal);
  if (run === undefined) throw canaryTimedOut(id, mark);
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
