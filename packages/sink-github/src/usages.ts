import {
  findUsages,
  formatTarget,
  parseTarget,
  usagesOfEach,
  usagesOrSkip,
  type CallOptions,
  type Target,
  type Usage,
  type UsageSearch,
} from '@keyturn/core';

import { createClient, type Client } from './client.ts';
import { searchTooNarrow, skipReason } from './messages.ts';
import { readPages } from './pages.ts';
import { inferTarget } from './remote.ts';
import { clientFor, repositories } from './repositories.ts';
import { apps } from './scopes.ts';
import { parseGithubTarget } from './target.ts';

/** docs: REST API, «Best practices»: concurrent requests hit a secondary rate limit long before a hundred. */
const AT_ONCE = 8;

/**
 * Searches an owner or one repository: the secrets of the organization, of every repository and of every environment, for every app.
 * If the target is inferred from git's remote, its owner is searched.
 */
export const usages = findUsages(inferTarget, async function* usages(target, isInferred, search) {
  const { context, options } = search;
  const [owner = '', repository] = target.path.split('/');
  if (!isInferred) refuseNarrow(target);
  if (!isInferred && repository !== undefined)
    return yield* await ofRepository(`${owner}/${repository}`, search);

  const ownerClient = clientFor(`github:${owner}`, owner, context);
  if (await isOrganization(ownerClient, options))
    for (const app of apps) yield* await read(owner, { app }, search);
  yield* usagesOfEach(repositories(ownerClient, options), AT_ONCE, async (one) => {
    const path = `${one.owner}/${one.name}`;
    if (one.owner.toLowerCase() !== owner.toLowerCase()) return [];
    if (one.closed === undefined) return ofRepository(path, search);
    return [{ skipped: idOf(path), reason: skipReason(one.closed) }];
  });
});

/** @throws {KeyturnError} `TARGET_NOT_FOUND` if the owner is neither an organization nor a person: the lists would only be empty */
async function isOrganization({ request }: Client, options: CallOptions): Promise<boolean> {
  for (const route of ['GET /orgs/{org}', 'GET /users/{org}']) {
    const answer = await request(route, {}, options);
    if (answer.status === 200) return route.includes('/orgs/');
    if (answer.status !== 404 || route.includes('/users/')) throw await answer.error();
  }
  return false;
}

async function ofRepository(path: string, search: UsageSearch): Promise<readonly Usage[]> {
  const names: string[] = [];
  const unlisted = await usagesOrSkip(`${idOf(path)}?environment=*`, async () => {
    const client = createClient(parseGithubTarget(parseTarget(idOf(path))), search.context);
    for await (const name of environments(client, search.options)) names.push(name);
    return [];
  });
  const places = [
    ...apps.map((app) => ({ app })),
    ...names.map((environment) => ({ environment })),
  ];
  const found = [...unlisted];
  for (const place of places) found.push(...(await read(path, place, search)));
  return found;
}

async function* environments(client: Client, options: CallOptions): AsyncGenerator<string> {
  const route = 'GET /repos/{owner}/{repo}/environments';
  for await (const { name } of readPages(client, route, 'environments', options)) yield name;
}

/** Reads the names of the secrets of one place. */
function read(
  path: string,
  query: Readonly<Record<string, string>>,
  { isWanted, context, options }: UsageSearch,
): Promise<readonly Usage[]> {
  const text = formatTarget('github', path, query);
  return usagesOrSkip(text, async () => {
    const target = parseGithubTarget(parseTarget(text));
    const client = createClient(target, context);
    const found: Usage[] = [];
    for await (const secret of readPages(client, `GET ${target.scope.path}`, 'secrets', options)) {
      const { name, updated_at: at } = secret;
      if (!isWanted(name)) continue;
      found.push({ target: target.id, name, ...(typeof at === 'string' && { updatedAt: at }) });
    }
    return found;
  });
}

const idOf = (path: string): string => formatTarget('github', path.toLowerCase());

function refuseNarrow(scope: Target): void {
  const { path, query } = scope;
  const parts = path.split('/');
  if (Object.keys(query).length === 0 && parts.length <= 2 && !path.includes('*')) return;
  throw searchTooNarrow(scope);
}
