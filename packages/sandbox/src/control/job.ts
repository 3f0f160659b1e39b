import { isObject, type Call } from '../http/call.ts';
import { ask } from '../http/ask.ts';
import type { JobPlace, JobResult, JobUse, JobValues } from '../providers/provider.ts';
import { parseSink } from './admin.ts';
import { invalid, objectBody, optionalText } from './input.ts';
import {
  isLayout,
  layouts,
  readFields,
  usualNames,
  type LayoutName,
  type Names,
} from './layout.ts';

/** What `POST /ci-job` is given. */
export interface Job {
  /** The provider that runs it: the target's kind. */
  readonly kind: string;
  readonly place: JobPlace;
  readonly layout: LayoutName;
  readonly names: Readonly<Record<string, string | readonly string[]>>;
  /** What it asks the provider for, where that can be chosen. */
  readonly path: string | undefined;
  /** What it does with its credential; undefined for a service token of PlanetScale. */
  readonly use: string | undefined;
}

export type { JobResult } from '../providers/provider.ts';

export function jobBody(call: Call): Job {
  const body = objectBody(call, ['sink', 'layout', 'names', 'path', 'use']);
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
    names: names as Job['names'],
    path: optionalText(body['path'], 'path'),
    use: optionalText(body['use'], 'use'),
  };
}

/** Uses what a job read against PlanetScale, by a request over a socket. */
export async function runJob(
  job: Pick<Job, 'layout'> & { readonly names: Partial<Names>; readonly path?: string | undefined },
  values: JobValues,
  planetscale: string,
): Promise<JobResult> {
  const { id, token } = layouts[job.layout]({ ...usualNames, ...job.names }, values);
  const tokenId = id ?? null;
  if (id === undefined || token === undefined) return { ok: false, status: null, tokenId };
  const url = new URL(job.path ?? '/v1/organizations', planetscale);
  const status = await ask(url, { headers: { authorization: `${id}:${token}` } });
  return { ok: status === 200, status, tokenId };
}

/** As {@link runJob}, in whichever layout the usual names have a credential. */
export function useToken(values: JobValues, planetscale: string): Promise<JobResult> {
  const filled = Object.keys(layouts)
    .filter(isLayout)
    .find((name) => layouts[name](usualNames, values).token !== undefined);
  return runJob({ layout: filled ?? 'pair', names: {} }, values, planetscale);
}

/**
 * Uses what a job read in the way of another kind of credential. Names that are given are the fields that the job reads;
 * without any it reads all of them under their usual names.
 */
export function runUse(job: Job, values: JobValues, use: JobUse): Promise<JobResult> {
  const { file, slot, ...given } = job.names;
  const unknown = Object.keys(given).find((field) => !(field in use.names));
  if (unknown !== undefined)
    invalid(`${job.use} has no field "${unknown}"; it has ${Object.keys(use.names).join(', ')}`);
  const fields = Object.keys(given).length > 0 ? given : use.names;
  return use.run(readFields(job.layout, { file, slot }, fields, values), job.path);
}
