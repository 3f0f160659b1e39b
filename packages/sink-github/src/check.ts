import {
  settled,
  type AdapterContext,
  type CallOptions,
  type CheckOptions,
  type SinkReport,
} from '@keyturn/core';

import type { Client } from './client.ts';
import { readHome } from './home.ts';
import { notGranted, repoScopeMissing } from './messages.ts';
import { refuseTwins } from './names.ts';
import type { Place } from './place.ts';
import { prepareToSeal } from './sealing.ts';
import type { StoredSecret } from './stored.ts';
import type { GithubTarget } from './target.ts';

export type Present = NonNullable<SinkReport['present']>;

/** Makes every read that a delivery needs, and at first contact also reads which of the names exist. */
export async function check(
  place: Place,
  names: readonly string[],
  context: AdapterContext,
  options: CheckOptions,
): Promise<SinkReport> {
  const { client } = place;
  refuseTwins(client.target.id, names);
  prepareToSeal(context.clock);
  await refuseUngranted(client, options);
  return report(place, context, options, present(place, names, options));
}

/**
 * Reports on a place from its repository, its key and what it contains. If several reads fail, the error of the repository comes first,
 * because it explains most.
 */
export async function report(
  { client, keys }: Place,
  context: AdapterContext,
  options: CallOptions,
  found: Promise<Present | undefined>,
): Promise<SinkReport> {
  const [{ id, shownAt }, { classicScopes, shownAt: keyShownAt }, names] = await settled([
    readHome(client, context, options),
    keys.read(options),
    found,
  ]);
  const dates = [shownAt, keyShownAt].filter((date) => date !== undefined);
  return {
    ...(names !== undefined && { present: names }),
    ...(id !== undefined && { place: `${id}${withinHome(client.target)}` }),
    ...(dates.length > 0 && { clock: new Date(Math.min(...dates)).toISOString() }),
    warnings: warnings(classicScopes),
  };
}

/** Refuses an App whose own token shows that it lacks the permission, before any request to the place. */
export async function refuseUngranted(
  { target, identity }: Client,
  options: CallOptions,
): Promise<void> {
  if (identity.permissions === undefined) return;
  const { personalOnly, grant } = target.scope;
  if (personalOnly === true) throw notGranted(target);
  const permissions = await identity.permissions(options);
  if (permissions === undefined || grant === undefined) return;
  const given = permissions[grant];
  if (given === 'write' || given === 'admin') return;
  // The permission might be given at any time, but an existing token keeps the permissions that it was created with.
  await identity.forget?.(await identity.token(options));
  throw notGranted(target, { name: grant, isRead: given === 'read' });
}

async function present(
  { client, stored, accesses }: Place,
  names: readonly string[],
  options: CheckOptions,
): Promise<Present | undefined> {
  if (client.target.scope.repositoryId !== undefined) {
    const shared = await Promise.all(names.map((name) => accesses.read(name, options)));
    return presentAmong(names, (_, i) => shared[i]?.secret);
  }
  if (options.known === true) return undefined;
  if (names.length === 0) return [];
  const found = await stored.find(names, options);
  return presentAmong(names, found.get);
}

/** The names that exist. */
export function presentAmong(
  names: readonly string[],
  find: (name: string, index: number) => StoredSecret | undefined,
): Present {
  return names.flatMap((name, i) => {
    const secret = find(name, i);
    if (secret === undefined) return [];
    const { updatedAt } = secret;
    return [{ name, ...(updatedAt !== undefined && { updatedAt }) }];
  });
}

/** GitHub ignores the case of an environment's name and cannot change it, so it serves as an id; the id itself needs one more permission. */
function withinHome({ parameters, app }: GithubTarget): string {
  const { environment_name: environment } = parameters;
  if (environment !== undefined) return `/environment:${environment.toLowerCase()}`;
  return app === 'actions' ? '' : `/${app}`;
}

/** Only an organization shows its key to a classic token without this scope; for any other place, it has been refused. */
function warnings(classicScopes: ReadonlySet<string> | undefined) {
  return classicScopes?.has('repo') === false ? [repoScopeMissing()] : [];
}
