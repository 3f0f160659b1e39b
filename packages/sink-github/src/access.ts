import { KeyturnError, type CallOptions } from '@keyturn/core';

import type { Client } from './client.ts';

/** The part of a write that says which repositories see an organization's secret. */
export interface Access {
  readonly visibility: string;
  readonly selected_repository_ids?: readonly (number | string)[];
}

const PAGE = 100;
const MOST_PAGES = 1000;

/**
 * Reads which repositories see a secret now, so that a write can say the same again: a write that leaves the
 * selected repositories out takes the secret away from all of them. Where there is none, that of `instead` counts.
 * Empty for scopes that know no such thing.
 */
export async function readAccess(
  client: Client,
  name: string,
  options: CallOptions,
  instead?: string,
): Promise<Access | undefined> {
  const { request, target } = client;
  const { scope, visibility } = target;
  if (scope.repositoryId === undefined) return undefined;
  const route = `GET ${scope.path}/{secret_name}`;
  const answer = await request(route, { secret_name: name }, options);
  if (answer.status === 404 && instead !== undefined) return readAccess(client, instead, options);
  if (answer.status === 404) return accessOf(visibility, []);
  if (answer.status !== 200) throw await answer.error();
  const found = (answer.data as { visibility?: unknown } | null)?.visibility;
  if (typeof found !== 'string') throw incomplete(target.id, name);
  return accessOf(
    found,
    found === 'selected' ? await readRepositories(client, name, scope.repositoryId, options) : [],
  );
}

function accessOf(visibility: string, ids: readonly (number | string)[]): Access {
  return { visibility, ...(visibility === 'selected' && { selected_repository_ids: ids }) };
}

/** Every page, asked for by number: a `Link` to another host would take the token there. */
async function readRepositories(
  { target, request }: Client,
  name: string,
  asId: (id: number) => number | string,
  options: CallOptions,
): Promise<readonly (number | string)[]> {
  const route = `GET ${target.scope.path}/{secret_name}/repositories`;
  const ids = new Set<number>();
  for (let page = 1; page <= MOST_PAGES; page++) {
    const answer = await request(route, { secret_name: name, per_page: PAGE, page }, options);
    if (answer.status !== 200) throw await answer.error();
    const { total_count: total, repositories } = (answer.data ?? {}) as Repositories;
    if (typeof total !== 'number' || !Array.isArray(repositories)) break;
    const shown = (repositories as readonly unknown[]).map(idOf);
    if (!shown.every((one) => one !== undefined)) break;
    for (const one of shown) ids.add(one);
    if (ids.size >= total) return [...ids].map(asId);
    if (repositories.length === 0) break;
  }
  throw incomplete(target.id, name);
}

interface Repositories {
  readonly total_count?: unknown;
  readonly repositories?: unknown;
}

function idOf(repository: unknown): number | undefined {
  const id = (repository as { id?: unknown } | null)?.id;
  return Number.isSafeInteger(id) ? (id as number) : undefined;
}

function incomplete(id: string, name: string): KeyturnError {
  return new KeyturnError(
    'ANSWER_INVALID',
    `${id}: GitHub does not tell all repositories that see ${name}, so it was not written`,
    { hint: 'Give the token access to all of them, or run it again.', effect: 'none' },
  );
}
