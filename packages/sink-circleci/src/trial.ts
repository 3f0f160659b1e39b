import { poll, type CallOptions, type Clock, type Trial, type TrialResult } from '@keyturn/core';

import type { Client } from './client.ts';
import { canaryTimedOut, parameterMissing } from './messages.ts';

/** The workflow of the template in docs/canary.md, and the parameter that starts it. */
const WORKFLOW = 'keyturn-canary';
const PARAMETER = 'keyturn-canary-token';
const RUNNING = ['running', 'on_hold', 'failing', 'not_run'];

/**
 * Starts a pipeline in which only the canary workflow should run, and waits until it ends. docs: API v2, «Trigger a new pipeline», «Get a
 * pipeline's workflows».
 *
 * @param slug of the project
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
  if (started.status === 400) throw parameterMissing(id, PARAMETER);
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
  throw canaryTimedOut(id, WORKFLOW);
}

/** `circleci/…` projects do not show one; then CircleCI uses the default branch. */
function branchOf({ vcs_info: vcs }: Readonly<Record<string, unknown>>): string | undefined {
  const { default_branch: branch } = (vcs ?? {}) as { default_branch?: unknown };
  return typeof branch === 'string' ? branch : undefined;
}
