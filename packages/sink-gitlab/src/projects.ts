import {
  KeyturnError,
  type AdapterContext,
  type CallOptions,
  type ListedPlace,
  type SinkPatterns,
  type Target,
} from '@keyturn/core';
import { readJson, responseError } from '@keyturn/http';

import { gitlabUrl, readToken } from './connection.ts';

const PAGE = 100;
// docs: «REST API», pagination by offset ends at 50,000 items.
const MOST_PAGES = 500;

/** `gitlab:GROUP/*` and `gitlab:GROUP/**`: the projects of a group, and those of its subgroups. */
export const patterns: SinkPatterns = { filters: [], list };

async function* list(
  pattern: Target,
  context: AdapterContext,
  options: CallOptions,
): AsyncGenerator<ListedPlace> {
  const parts = pattern.path.split('/');
  const wild = parts.findIndex((part) => part.includes('*'));
  const group = parts.slice(0, wild).join('/');
  const { level } = pattern.query;
  if (group === '' || (level !== undefined && level !== 'project'))
    throw new KeyturnError(
      'TARGET_INVALID',
      `"${pattern.text.slice(0, 200)}": a pattern is for the projects of a group`,
      { hint: 'Write gitlab:GROUP/*, or gitlab:GROUP/** with its subgroups.', effect: 'none' },
    );
  const isDeep = wild < parts.length - 1 || parts[wild] === '**';
  for await (const { path, archived } of projects(pattern, group, isDeep, context, options))
    yield { path, ...(archived && { skip: 'it is archived' }) };
}

interface Project {
  readonly path: string;
  readonly archived: boolean;
}

/** docs: «Groups API», list projects; those that are shared with the group belong to another one. */
async function* projects(
  { text }: Target,
  group: string,
  isDeep: boolean,
  { env, fetch }: AdapterContext,
  { signal }: CallOptions,
): AsyncGenerator<Project> {
  const token = readToken(env);
  const what = `${text}: the list of projects`;
  const headers = {
    accept: 'application/json',
    authorization: `Bearer ${token.reveal()}`,
    'user-agent': 'keyturn',
  };
  for (let page = 1; page <= MOST_PAGES; page++) {
    const query = new URLSearchParams({
      include_subgroups: String(isDeep),
      with_shared: 'false',
      order_by: 'id',
      sort: 'asc',
      per_page: String(PAGE),
      page: String(page),
    });
    const url = `${gitlabUrl(env)}/api/v4/groups/${encodeURIComponent(group)}/projects?${query.toString()}`;
    const response = await fetch(url, { headers, signal });
    if (!response.ok) throw await refusal(response, what, group, token.reveal());
    const items = await readJson(response, { what, type: 'array' });
    for (const item of items) yield read(item, what);
    const next = response.headers.get('x-next-page');
    if (items.length === 0 || (next === null ? items.length < PAGE : next === '')) return;
  }
  throw unclear(what);
}

function read(item: unknown, what: string): Project {
  const { path_with_namespace: path, archived } = (item ?? {}) as Record<string, unknown>;
  if (typeof path !== 'string') throw unclear(what);
  return { path, archived: archived === true };
}

function refusal(
  response: Response,
  what: string,
  group: string,
  token: string,
): Promise<KeyturnError> {
  return responseError(response, {
    what,
    hints: {
      401: 'The token in GITLAB_TOKEN is wrong, expired or revoked, or belongs to another GITLAB_HOST.',
      403: 'The token needs the scope "api", and to be of a member of the group.',
      404: `Either there is no group ${group}, or the token may not see it. The projects of a person cannot be listed.`,
    },
    secrets: [token],
  });
}

function unclear(what: string): KeyturnError {
  return new KeyturnError('ANSWER_INVALID', `${what} was answered with something else`, {
    hint: 'Check GITLAB_HOST.',
    effect: 'none',
  });
}
