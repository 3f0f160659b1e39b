import { refuse } from '../../http/answer.ts';
import { isObject, parseBody, type Call } from '../../http/call.ts';
import { misfit } from './answers.ts';

export type Params = Readonly<Record<string, unknown>>;

/** What a request asks for: its query and its body, which may be JSON or either kind of form, even of a DELETE. */
export async function paramsOf(call: Call): Promise<Params> {
  const type = call.headers['content-type'] ?? '';
  const query = nested(call.query);
  if (call.body === '') return query;
  if (!/form/.test(type)) {
    const body = parseBody(call);
    return isObject(body) ? { ...query, ...body } : refuse(misfit(400, 'The body is invalid'));
  }
  const form = await new Response(call.body, { headers: { 'content-type': type } })
    .formData()
    .catch(() => refuse(misfit(400, 'The body is invalid')));
  return {
    ...query,
    ...nested([...form].map(([key, value]) => [key, typeof value === 'string' ? value : ''])),
  };
}

/** `filter[environment_scope]=x` means `{ filter: { environment_scope: 'x' } }`, `scopes[]=api` a list. */
function nested(pairs: Iterable<readonly [string, string]>): Params {
  const params: Record<string, unknown> = {};
  for (const [name, value] of pairs) {
    const [, many] = /^(\w+)\[\]$/.exec(name) ?? [];
    if (many !== undefined) {
      params[many] = [...((params[many] as string[] | undefined) ?? []), value];
      continue;
    }
    const [, outer, inner] = /^(\w+)\[(\w+)\]$/.exec(name) ?? [];
    if (outer === undefined || inner === undefined) params[name] = value;
    else params[outer] = { ...(params[outer] as object | undefined), [inner]: value };
  }
  return params;
}

export function requireParams(params: Params, names: readonly string[]): void {
  const missing = names.filter((name) => !(name in params)).map((name) => `${name} is missing`);
  if (missing.length > 0) refuse(misfit(400, missing.join(', ')));
}

/** Text, or a number as text; null and what is left out are undefined. */
export function textParam(params: Params, name: string): string | undefined {
  const value = params[name] ?? undefined;
  if (value === undefined || typeof value === 'string') return value;
  return typeof value === 'number' ? String(value) : refuse(misfit(400, `${name} is invalid`));
}

export function booleanParam(params: Params, name: string): boolean | undefined {
  const value = params[name] ?? undefined;
  if (value === undefined) return undefined;
  if ([true, 1, 'true', '1', 'on'].some((yes) => yes === value)) return true;
  return [false, 0, 'false', '0', 'off'].some((no) => no === value)
    ? false
    : refuse(misfit(400, `${name} is invalid`));
}

/** Which of several rows of one key is meant; undefined where nothing says it. */
export function scopeFilter({ filter }: Params): string | undefined {
  if (filter === undefined) return undefined;
  if (!isObject(filter)) return refuse(misfit(400, 'filter is invalid'));
  return textParam(filter, 'environment_scope');
}
