import type { AdapterContext, CallOptions, ListedPlace, SinkPatterns, Target } from '@keyturn/core';
import { pageBound } from '@keyturn/http';

import { createClient, routeOf, type Answer, type Client } from './client.ts';
import { ownerIsPattern, responseInvalid, skipReason, topicInvalid } from './messages.ts';

const PAGE = 100;
// docs: «Classifying your repository with topics».
const TOPIC = /^[a-z\d][a-z\d-]{0,49}$/i;

/**
 * The lists with an owner's repositories: those of an organization; those that the owner of the token works on, including private
 * ones; the public ones of a person. If a list does not apply to the owner or the token, the next one is used.
 *
 * docs: REST API, «Repositories».
 */
const LISTS: readonly { readonly route: string; readonly elsewhere: readonly number[] }[] = [
  { route: 'GET /orgs/{org}/repos', elsewhere: [404] },
  { route: 'GET /user/repos', elsewhere: [403, 404] },
  { route: 'GET /users/{org}/repos', elsewhere: [] },
];

/** An App can write only where it is installed, but the list of an organization shows it more. */
const LISTS_OF_APPS: typeof LISTS = [{ route: 'GET /installation/repositories', elsewhere: [] }];

/** `github:OWNER/PATTERN[?topic=T]`: the repositories of an organization or a person. */
export const patterns: SinkPatterns = { filters: ['topic'], list };

async function* list(
  pattern: Target,
  context: AdapterContext,
  options: CallOptions,
): AsyncGenerator<ListedPlace> {
  const [owner = ''] = pattern.path.split('/');
  const { topic } = pattern.query;
  if (owner.includes('*')) throw ownerIsPattern(pattern);
  if (topic !== undefined && !TOPIC.test(topic)) throw topicInvalid(pattern, topic);
  const client = clientFor(pattern.text, owner, context);
  for await (const repository of repositories(client, options)) {
    if (repository.owner.toLowerCase() !== owner.toLowerCase()) continue;
    if (topic !== undefined && !repository.topics.includes(topic.toLowerCase())) continue;
    yield {
      path: `${repository.owner}/${repository.name}`,
      ...(repository.closed !== undefined && { skip: skipReason(repository.closed) }),
    };
  }
}

/** A client for the lists of an owner. Errors use `id` as the name of the target. */
export function clientFor(id: string, owner: string, context: AdapterContext): Client {
  const scope = {
    path: '',
    permission: 'repository permission "Metadata: read"',
    classicScope: 'repo',
  } as const;
  const parameters = { org: owner };
  const target = { id, scope, app: 'actions', parameters, visibility: 'private' } as const;
  return createClient(target, context);
}

interface Repository {
  readonly owner: string;
  readonly name: string;
  readonly topics: readonly unknown[];
  readonly closed: 'archived' | 'disabled' | undefined;
}

/** Reads every page by its number: a `Link` to another host would send the token there. */
export async function* repositories(
  { target, identity, request }: Client,
  options: CallOptions,
): AsyncGenerator<Repository> {
  for (const { route, elsewhere } of identity.kind === 'app' ? LISTS_OF_APPS : LISTS) {
    const take = pageBound(`${target.id}: ${routeOf(target, route)}`);
    for (let page = 1; ; page++) {
      const asked = { sort: 'full_name', per_page: PAGE, page };
      const answer = await request(route, asked, options);
      if (page === 1 && elsewhere.includes(answer.status)) break;
      if (answer.status !== 200) throw await answer.error();
      take(answer.size);
      const items = itemsOf(answer);
      if (items === undefined) throw responseInvalid(target.id, routeOf(target, route));
      for (const item of items) {
        const repository = read(item);
        if (repository === undefined) throw responseInvalid(target.id, routeOf(target, route));
        yield repository;
      }
      if (items.length === 0 || !hasNext(answer, items.length)) return;
    }
  }
}

/** Some lists are wrapped in an object. */
function itemsOf({ data }: Answer): readonly unknown[] | undefined {
  const inner = Array.isArray(data)
    ? data
    : (data as { repositories?: unknown } | null)?.repositories;
  return Array.isArray(inner) ? (inner as unknown[]) : undefined;
}

function hasNext({ headers }: Answer, length: number): boolean {
  const link = headers.get('link');
  return link === null ? length >= PAGE : /;\s*rel="?next"?/i.test(link);
}

function read(item: unknown): Repository | undefined {
  const { name, owner, topics, archived, disabled } = (item ?? {}) as Record<string, unknown>;
  const login = (owner as { login?: unknown } | null | undefined)?.login;
  if (typeof name !== 'string' || typeof login !== 'string') return undefined;
  return {
    owner: login,
    name,
    topics: Array.isArray(topics) ? (topics as unknown[]) : [],
    closed: archived === true ? 'archived' : disabled === true ? 'disabled' : undefined,
  };
}
