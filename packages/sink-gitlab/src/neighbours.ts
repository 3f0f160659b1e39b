import {
  formatTarget,
  type AdapterContext,
  type CallOptions,
  type Neighbour,
  type NeighbourQuery,
} from '@keyturn/core';

import { readPages } from './listing.ts';
import { listInvalid, lists, scopePlace } from './messages.ts';
import { EVERY_ENVIRONMENT } from './scopes.ts';
import { variablesPath, type GitlabTarget } from './target.ts';

/**
 * Reads one list to find the other names of the place, the same names in its other scopes, and the variables that contain the token. The
 * list contains all values: each is compared as it arrives, and dropped.
 */
export async function neighbours(
  target: GitlabTarget,
  { names, token }: NeighbourQuery,
  context: AdapterContext,
  options: CallOptions,
): Promise<readonly Neighbour[]> {
  const { id, level } = target;
  const listing = { path: variablesPath(target), what: lists.variables(id) };
  const found: Neighbour[] = [];
  for await (const item of readPages(listing, context, options)) {
    const { key, value, environment_scope: scope } = item;
    if (typeof key !== 'string') throw listInvalid(listing.what);
    const isHere = level === 'instance' || scope === target.scope;
    const shows = token !== undefined && typeof value === 'string' && holdsToken(value, token);
    if (names.includes(key) ? isHere : !isHere && !shows) continue;
    found.push({
      name: key,
      ...(!isHere && elsewhere(target, scope)),
      ...(shows && { shows: 'yes' as const }),
    });
  }
  return found;
}

/** The same place in another environment scope. */
function elsewhere(
  { level, owner }: GitlabTarget,
  scope: unknown,
): Pick<Neighbour, 'scope' | 'target'> {
  if (typeof scope !== 'string') return { scope: scopePlace('?') };
  const query = {
    level: level === 'project' ? undefined : level,
    scope: scope === EVERY_ENVIRONMENT ? undefined : scope,
  };
  return { scope: scopePlace(scope), target: formatTarget('gitlab', owner.toLowerCase(), query) };
}

/** Whether a value is the id, `id:token`, or either of them as a value in dotenv lines. */
function holdsToken(value: string, token: string): boolean {
  return value
    .split('\n')
    .flatMap((line) => [line.trim(), unquoted(line.slice(line.indexOf('=') + 1).trim())])
    .some((text) => text === token || text.startsWith(`${token}:`));
}

function unquoted(text: string): string {
  const [quote = ''] = text;
  return text.length > 1 && `"'`.includes(quote) && text.endsWith(quote) ? text.slice(1, -1) : text;
}
