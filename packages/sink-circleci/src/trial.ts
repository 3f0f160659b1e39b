import {
  KeyturnError,
  poll,
  type CallOptions,
  type Clock,
  type Trial,
  type TrialResult,
} from '@keyturn/core';

import type { Client } from './client.ts';

/** The workflow of the template in docs/canary.md, and the parameter that starts it. */
const WORKFLOW = 'keyturn-canary';
const PARAMETER = 'keyturn-canary-token';
const RUNNING = ['running', 'on_hold', 'failing', 'not_run'];

/**
 * Starts a pipeline in which only the canary workflow is meant to run, and waits for its end (docs: API v2, «Trigger a new pipeline»,
 * «Get a pipeline's workflows»).
 *
 * @param slug the project's
 */
export async function trial(
  client: Client,
  slug: string,
  { token, timeout }: Trial,
  clock: Clock,
  call: CallOptions,
): Promise<TrialResult> {
  const { id } = client.target;
  const project = await client.send({ method: 'GET', path: `/project/${slug}` }, call);
  if (project.status !== 200) throw await project.error();
  const branch = branchOf(await project.json());
  const started = await client.send(
    {
      method: 'POST',
      path: `/project/${slug}/pipeline`,
      body: { ...(branch !== undefined && { branch }), parameters: { [PARAMETER]: token } },
    },
    call,
  );
  if (started.status === 400) throw notDeclared(id);
  if (started.status !== 201) throw await started.error();
  const { id: pipeline, number } = await started.json();
  const url = client.installation.isServer
    ? {}
    : { url: `https://app.circleci.com/pipelines/${slug}/${String(number)}` };
  const look = async (): Promise<TrialResult | undefined> => {
    const workflows = await client.list(`/pipeline/${String(pipeline)}/workflow`, {}, call);
    const ours = workflows.find(({ name }) => name === WORKFLOW);
    if (ours === undefined || RUNNING.includes(String(ours['status']))) return undefined;
    return { ok: ours['status'] === 'success', ...url };
  };
  const result = await poll(look, timeout, clock, call.signal);
  if (result !== undefined) return result;
  throw new KeyturnError('TIMED_OUT', `${id}: the workflow ${WORKFLOW} did not end in time`, {
    hint: 'Look at the pipelines of the project, or give it a longer time with canary.timeout.',
    effect: 'none',
  });
}

/** Projects of CircleCI's own have none there; then it takes the default branch itself. */
function branchOf({ vcs_info: vcs }: Readonly<Record<string, unknown>>): string | undefined {
  const { default_branch: branch } = (vcs ?? {}) as { default_branch?: unknown };
  return typeof branch === 'string' ? branch : undefined;
}

function notDeclared(id: string): KeyturnError {
  return new KeyturnError(
    'TARGET_NOT_FOUND',
    `${id}: its configuration does not declare the parameter ${PARAMETER}`,
    {
      hint: 'Put the template of docs/canary.md into .circleci/config.yml on the default branch.',
      effect: 'none',
    },
  );
}
