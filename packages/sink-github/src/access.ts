import type { CallOptions, Clock } from '@keyturn/core';
import { pageBound } from '@keyturn/http';

import { routeOf, type Client } from './client.ts';
import { repositoriesHidden } from './messages.ts';
import type { Stored, StoredSecret } from './stored.ts';

/** The part of a write that sets which repositories see an organization's secret. */
export interface Access {
  readonly visibility: string;
  readonly selected_repository_ids?: readonly (number | string)[];
}

/** Who sees a secret, and the secret itself if it exists. */
interface Shared {
  readonly access: Access;
  readonly secret: StoredSecret | undefined;
}

/**
 * Reads which repositories see a secret now, so that a write can repeat it: a write without the selected repositories takes the secret
 * away from all of them. If the secret does not exist, that of `instead` counts. Undefined for scopes without selected repositories.
 */
export interface AccessReader {
  /** Reads it now, and keeps it for the next delivery. */
  read(name: string, options: CallOptions, instead?: string): Promise<Shared | undefined>;
  /** What was just read for this delivery, or reads it now. It is returned once only, because it might change at any time. */
  take(name: string, options: CallOptions, instead?: string): Promise<Access | undefined>;
}

const PAGE = 100;
/** Between a check and its delivery, a run creates a token, which takes seconds. */
const KEPT_FOR = 5 * 60_000;

/** @throws {KeyturnError} from every call: `ANSWER_INVALID` if GitHub does not list all repositories, and the errors of a failed request */
export function createAccessReader(client: Client, stored: Stored, clock: Clock): AccessReader {
  const kept = new Map<string, { readonly access: Access; readonly until: number }>();
  const reader: AccessReader = {
    async read(name, options, instead) {
      const shared = await readShared(client, stored, name, options, instead);
      if (shared === undefined) return undefined;
      kept.set(name, { access: shared.access, until: clock.now() + KEPT_FOR });
      return shared;
    },
    async take(name, options, instead) {
      const known = kept.get(name);
      const access =
        known !== undefined && clock.now() < known.until
          ? known.access
          : (await reader.read(name, options, instead))?.access;
      kept.delete(name);
      return access;
    },
  };
  return reader;
}

async function readShared(
  client: Client,
  stored: Stored,
  name: string,
  options: CallOptions,
  instead: string | undefined,
): Promise<Shared | undefined> {
  const { scope, visibility, id } = client.target;
  if (scope.repositoryId === undefined) return undefined;
  const secret = await stored.get(name, options);
  if (secret === undefined && instead !== undefined) {
    const other = await readShared(client, stored, instead, options, undefined);
    return other && { ...other, secret: undefined };
  }
  if (secret === undefined) return { access: accessOf(visibility, []), secret };
  const found = secret.visibility;
  if (typeof found !== 'string') throw repositoriesHidden(id, name);
  const ids =
    found === 'selected' ? await readRepositories(client, name, scope.repositoryId, options) : [];
  return { access: accessOf(found, ids), secret };
}

function accessOf(visibility: string, ids: readonly (number | string)[]): Access {
  return { visibility, ...(visibility === 'selected' && { selected_repository_ids: ids }) };
}

/** Reads every page by its number: a `Link` to another host would send the token there. */
async function readRepositories(
  { target, request }: Client,
  name: string,
  asId: (id: number) => number | string,
  options: CallOptions,
): Promise<readonly (number | string)[]> {
  const route = `GET ${target.scope.path}/{secret_name}/repositories`;
  const ids = new Set<number>();
  const take = pageBound(`${target.id}: ${routeOf(target, route, { secret_name: name })}`);
  for (let page = 1; ; page++) {
    const answer = await request(route, { secret_name: name, per_page: PAGE, page }, options);
    if (answer.status !== 200) throw await answer.error();
    take(answer.size);
    const { total_count: total, repositories } = (answer.data ?? {}) as Repositories;
    if (typeof total !== 'number' || !Array.isArray(repositories)) break;
    const shown = (repositories as readonly unknown[]).map(idOf);
    if (!shown.every((one) => one !== undefined)) break;
    for (const one of shown) ids.add(one);
    if (ids.size >= total) return [...ids].map(asId);
    if (repositories.length === 0) break;
  }
  throw repositoriesHidden(target.id, name);
}

interface Repositories {
  readonly total_count?: unknown;
  readonly repositories?: unknown;
}

function idOf(repository: unknown): number | undefined {
  const id = (repository as { id?: unknown } | null)?.id;
  return Number.isSafeInteger(id) ? (id as number) : undefined;
}
