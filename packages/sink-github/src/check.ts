import type { AdapterContext, CallOptions, CheckOptions, Clock, SinkReport } from '@keyturn/core';

import type { Client } from './client.ts';
import { readHome } from './home.ts';
import { refuseTwins } from './names.ts';
import type { Place } from './place.ts';
import { notGranted } from './refusal.ts';
import type { StoredSecret } from './stored.ts';
import type { GithubTarget } from './target.ts';

export type Present = NonNullable<SinkReport['present']>;

/** Makes every read that a delivery needs, and at first contact one more: which of the names are there. */
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
 * What the check of a place comes to, from its repository, its key and what is there. Where several reads fail, that of the repository says
 * most.
 */
export async function report(
  { client, keys }: Place,
  context: AdapterContext,
  options: CallOptions,
  found: Promise<Present | undefined>,
): Promise<SinkReport> {
  const home = readHome(client, context, options);
  const key = keys.read(options);
  await settled([home, key, found]);
  const [{ id, shownAt }, { classicScopes, shownAt: keyShownAt }] = [await home, await key];
  const dates = [shownAt, keyShownAt].filter((date) => date !== undefined);
  const names = await found;
  return {
    ...(names !== undefined && { present: names }),
    ...(id !== undefined && { place: `${id}${withinHome(client.target)}` }),
    ...(dates.length > 0 && { clock: new Date(Math.min(...dates)).toISOString() }),
    warnings: warnings(client.target, classicScopes),
  };
}

/** Refuses what an App's own token shows that it cannot do, before anything is asked. */
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
  // It may be given at any time, and the token that is known keeps to what was given before.
  await identity.forget?.(await identity.token(options));
  throw notGranted(target, given === 'read' ? `${grant}: read` : `no ${grant}`);
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

/** Those names under which something is. */
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

/** Waits for all of them, so that none fails unheard, and fails as the first one in this order. */
export async function settled(reads: readonly Promise<unknown>[]): Promise<void> {
  for (const outcome of await Promise.allSettled(reads))
    if (outcome.status === 'rejected') throw outcome.reason;
}

/** GitHub ignores the case of an environment's name and cannot change it, so it is as good as its id, which asks for one more permission. */
function withinHome({ parameters, app }: GithubTarget): string {
  const { environment_name: environment } = parameters;
  if (environment !== undefined) return `/environment:${environment.toLowerCase()}`;
  return app === 'actions' ? '' : `/${app}`;
}

function warnings({ scope }: GithubTarget, classicScopes: ReadonlySet<string> | undefined) {
  return scope.repositoryId !== undefined && classicScopes?.has('repo') === false
    ? ['without the scope "repo" the token cannot update a secret of selected private repositories']
    : [];
}

/** The code that seals is loaded while the check's answer is on its way: later than the request, which needs all there is before that. */
export function prepareToSeal(clock: Clock): void {
  clock.sleep(40).then(
    () => import('./seal.ts'),
    () => undefined,
  );
}
