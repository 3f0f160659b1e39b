import { parseBody, split, type Call } from '../http/call.ts';
import type { Change, ChangeFields, JobPlace } from '../providers/provider.ts';
import { checkKeys, invalid, optionalText } from './input.ts';

/** One change that did not come through a provider's API. */
export interface AdminChange extends Change {
  readonly provider: string;
}

const TEXTS = ['provider', 'op', 'sink', 'name', 'value', 'kind', 'to', 'id', 'org'];
const PLACES = ['repo', 'environment', 'project', 'group', 'context'];

interface Given {
  readonly provider?: string;
  readonly op?: string;
  readonly sink?: string;
}

/** One change or a list of them, checked as far as every provider has them alike. */
export function adminBody(call: Call): AdminChange[] {
  const body = parseBody(call);
  return (Array.isArray(body) ? body : [body]).map(checkChange);
}

/** `github:acme/api?environment=production` as the provider and the rest. */
export function parseSink(sink: string): { readonly kind: string; readonly place: JobPlace } {
  const [kind, rest = ''] = split(sink, ':');
  const [path, search = ''] = split(rest, '?');
  return { kind, place: { path, query: new URLSearchParams(search) } };
}

function checkChange(given: unknown): AdminChange {
  const texts = [...TEXTS, ...PLACES];
  const checked = checkKeys('a change', given, [...texts, 'scopes', 'accesses']);
  for (const key of texts) optionalText(checked[key], key);
  const { scopes, accesses = [] } = checked;
  if (scopes !== undefined && typeof scopes !== 'boolean') invalid('scopes must be true or false');
  if (!Array.isArray(accesses) || accesses.some((one) => typeof one !== 'string'))
    invalid('accesses must be a list of names');
  const { op, sink = '', ...rest } = checked as ChangeFields & Given;
  const { kind, place } = parseSink(sink);
  const { provider = kind, ...fields } = rest;
  if (op === undefined) return invalid('op must be text, such as archive or write');
  if (provider === '') return invalid('a provider or a sink is needed');
  if (sink !== '' && provider !== kind) return invalid(`${sink} is not a sink of ${provider}`);
  return { provider, op, place, fields };
}
