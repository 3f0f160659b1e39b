import {
  poll,
  type AdapterContext,
  type CallOptions,
  type Trial,
  type TrialResult,
} from '@keyturn/core';
import { readJson, responseError } from '@keyturn/http';

import { gitlabUrl, readToken } from './connection.ts';
import { canaryHints, canaryTimedOut, jobMissing, requests } from './messages.ts';
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

/** Only a project has pipelines, and a scope with a wildcard is not an environment that a job can name. */
export function hasJobs({ level, scope = '' }: GitlabTarget): boolean {
  return level === 'project' && (scope === EVERY_ENVIRONMENT || !scope.includes('*'));
}

/**
 * Starts a pipeline in which only the canary job should run, and waits until that job ends. docs: «Pipelines API», create a new pipeline;
 * «Jobs API», list pipeline jobs.
 */
export async function trial(
  target: GitlabTarget,
  context: AdapterContext,
  wanted: Trial,
  call: CallOptions,
): Promise<TrialResult> {
  const api = projectApi(target, context, call);
  const { default_branch: ref } = await api.get('', requests.readOwner('project'));
  const scope = target.scope === EVERY_ENVIRONMENT ? undefined : target.scope;
  const variables = [
    { key: 'KEYTURN_CANARY_TOKEN', value: wanted.token },
    ...(scope === undefined ? [] : [{ key: 'KEYTURN_CANARY_ENVIRONMENT', value: scope }]),
  ];
  const { id } = await api.post('/pipeline', { ref, variables }, requests.startPipeline);
  const look = async (): Promise<TrialResult | undefined> => {
    const jobs = await api.list(`/pipelines/${String(id)}/jobs?per_page=100`, requests.readJobs);
    const job = jobs.find(({ name }) => name === JOB);
    if (job === undefined) throw jobMissing(target.id, JOB);
    if (RUNNING.includes(String(job['status']))) return undefined;
    const { web_url: url } = job;
    return { ok: job['status'] === 'success', ...(typeof url === 'string' && { url }) };
  };
  const result = await poll(look, wanted.timeout, context.clock, call.signal);
  if (result !== undefined) return result;
  throw canaryTimedOut(target.id, JOB);
}

type Item = Readonly<Record<string, unknown>>;

/** Sends requests below the path of the project. */
function projectApi(
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
      hints: canaryHints,
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
