import { request } from 'node:http';

import { isObject, type Call } from '../http/call.ts';
import { JOB_HEADER } from '../http/pipeline.ts';
import type { JobPlace, JobValues } from '../providers/provider.ts';
import { parseSink } from './admin.ts';
import { invalid, objectBody, optionalText } from './input.ts';
import { isLayout, layouts, usualNames, type LayoutName, type Names } from './layout.ts';

/** What `POST /ci-job` is given. */
export interface Job {
  /** The provider that runs it: the target's kind. */
  readonly kind: string;
  readonly place: JobPlace;
  readonly layout: LayoutName;
  readonly names: Names;
  /** What it asks PlanetScale for. @default '/v1/organizations' */
  readonly path: string;
}

/** How the job went: `ok` is whether PlanetScale accepted what it read. */
export interface JobResult {
  readonly ok: boolean;
  /** PlanetScale's answer; null where the secrets were missing, and nothing was asked. */
  readonly status: number | null;
  /** The id that the job read. */
  readonly tokenId: string | null;
}

export function jobBody(call: Call): Job {
  const body = objectBody(call, ['sink', 'layout', 'names', 'path']);
  const { sink, layout = 'pair', names = {} } = body;
  if (typeof sink !== 'string') return invalid('sink must be a target, such as github:acme/web');
  if (typeof layout !== 'string' || !isLayout(layout))
    return invalid('layout must be pair, joined, file or slots');
  if (!isObject(names)) return invalid('names must be an object');
  for (const [key, name] of Object.entries(names))
    for (const one of Array.isArray(name) ? name : [name]) optionalText(one, `names.${key}`);
  return {
    ...parseSink(sink),
    layout,
    names: { ...usualNames, ...names },
    path: optionalText(body['path'], 'path') ?? '/v1/organizations',
  };
}

/** Uses what a job read against PlanetScale, by a request over a socket. */
export async function runJob(
  job: Pick<Job, 'layout' | 'names' | 'path'>,
  values: JobValues,
  planetscale: string,
): Promise<JobResult> {
  const { id, token } = layouts[job.layout](job.names, values);
  const tokenId = id ?? null;
  if (id === undefined || token === undefined) return { ok: false, status: null, tokenId };
  const status = await ask(new URL(job.path, planetscale), `${id}:${token}`);
  return { ok: status === 200, status, tokenId };
}

/** As {@link runJob}, in whichever layout the usual names have a credential. */
export function useToken(values: JobValues, planetscale: string): Promise<JobResult> {
  const filled = Object.keys(layouts)
    .filter(isLayout)
    .find((name) => layouts[name](usualNames, values).token !== undefined);
  const job = { layout: filled ?? 'pair', names: usualNames, path: '/v1/organizations' };
  return runJob(job, values, planetscale);
}

function ask(url: URL, authorization: string): Promise<number> {
  return new Promise((resolve, reject) => {
    const headers = { authorization, accept: 'application/json', [JOB_HEADER]: '1' };
    request(url, { headers }, (response) => {
      response.resume().on('end', () => resolve(response.statusCode ?? 0));
    })
      .on('error', reject)
      .end();
  });
}
