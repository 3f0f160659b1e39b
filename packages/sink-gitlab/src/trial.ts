import {
  KeyturnError,
  poll,
  type AdapterContext,
  type CallOptions,
  type Trial,
  type TrialResult,
} from '@keyturn/core';
import { readJson, responseError } from '@keyturn/http';

import { gitlabUrl, readToken } from './connection.ts';
import { EVERY_ENVIRONMENT } from './scopes.ts';
import type { GitlabTarget } from './target.ts';

/** The job of the template in docs/canary.md. */
const JOB = 'keyturn-canary';
const RUNNING = [
  'created',
  'pending',
  'preparing',
  'running',
  'waiting_for_resource',
  'scheduled',
  'manual',
];

/** Only a project has pipelines, and a scope with a wildcard is no environment that a job can name. */
export function hasJobs({ level, scope = '' }: GitlabTarget): boolean {
  return level === 'project' && (scope === EVERY_ENVIRONMENT || !scope.includes('*'));
}

/**
 * Starts a pipeline in which only the canary job is meant to run, and waits for that job's end (docs: «Pipelines API», create a new
 * pipeline; «Jobs API», list pipeline jobs).
 */
export async function trial(
  target: GitlabTarget,
  context: AdapterContext,
  wanted: Trial,
  call: CallOptions,
): Promise<TrialResult> {
  const api = requests(target, context, call);
  const { default_branch: ref } = await api.get('', 'reading the project');
  const scope = target.scope === EVERY_ENVIRONMENT ? undefined : target.scope;
  const variables = [
    { key: 'KEYTURN_CANARY_TOKEN', value: wanted.token },
    ...(scope === undefined ? [] : [{ key: 'KEYTURN_CANARY_ENVIRONMENT', value: scope }]),
  ];
  const { id } = await api.post('/pipeline', { ref, variables }, 'starting the canary pipeline');
  const look = async (): Promise<TrialResult | undefined> => {
    const jobs = await api.list(`/pipelines/${String(id)}/jobs?per_page=100`, 'reading its jobs');
    const job = jobs.find(({ name }) => name === JOB);
    if (job === undefined) throw noJob(target);
    if (RUNNING.includes(String(job['status']))) return undefined;
    const { web_url: url } = job;
    return { ok: job['status'] === 'success', ...(typeof url === 'string' && { url }) };
  };
  const result = await poll(look, wanted.timeout, context.clock, call.signal);
  if (result !== undefined) return result;
  throw new KeyturnError('TIMED_OUT', `${target.id}: the job ${JOB} did not end in time`, {
    hint: 'Look whether a runner is free for the pipeline, or give it a longer time with canary.timeout.',
    effect: 'none',
  });
}

type Item = Readonly<Record<string, unknown>>;

/** Requests below the project. */
function requests(
  { id, owner }: GitlabTarget,
  { env, fetch }: AdapterContext,
  { signal, beforeWrite }: CallOptions,
) {
  const base = `${gitlabUrl(env)}/api/v4/projects/${encodeURIComponent(owner)}`;
  const send = async (method: string, path: string, what: string, body?: object) => {
    const token = readToken(env);
    const response = await fetch(`${base}${path}`, {
      method,
      headers: {
        authorization: `Bearer ${token.reveal()}`,
        'user-agent': 'keyturn',
        ...(body !== undefined && { 'content-type': 'application/json' }),
      },
      ...(body !== undefined && { body: JSON.stringify(body) }),
      signal,
      ...(method !== 'GET' && { beforeWrite }),
    });
    if (response.ok) return response;
    throw await responseError(response, {
      what: `${id}: ${what}`,
      hints: {
        400: `Put the template of docs/canary.md into .gitlab-ci.yml on the default branch.`,
        403: 'The token needs the scope "api" and the role Developer in the project, which may not be archived.',
        404: 'Either the project does not exist, or the token may not see it.',
      },
      secrets: [token],
    });
  };
  const whole = (what: string) => ({ what: `${id}: ${what}` });
  return {
    get: async (path: string, what: string): Promise<Item> =>
      readJson(await send('GET', path, what), whole(what)),
    post: async (path: string, body: object, what: string): Promise<Item> =>
      readJson(await send('POST', path, what, body), whole(what)),
    list: async (path: string, what: string): Promise<readonly Item[]> => {
      const items = await readJson(await send('GET', path, what), {
        ...whole(what),
        type: 'array',
      });
      return items.filter((item): item is Item => typeof item === 'object' && item !== null);
    },
  };
}

function noJob({ id }: GitlabTarget): KeyturnError {
  return new KeyturnError('TARGET_NOT_FOUND', `${id}: the pipeline has no job ${JOB}`, {
    hint: 'Put the template of docs/canary.md into .gitlab-ci.yml on the default branch.',
    effect: 'none',
  });
}
