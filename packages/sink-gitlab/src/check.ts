import type { AdapterContext, CallOptions, SinkReport } from '@keyturn/core';

import type { Client } from './client.ts';
import { earliest } from './clock.ts';
import type { Known } from './deliver.ts';
import { lookAll } from './look.ts';
import { planUnsupported, requests } from './messages.ts';
import { placeOf, readOwner, type Owner } from './owner.ts';
import { withRole } from './roles.ts';
import { EVERY_ENVIRONMENT } from './scopes.ts';
import { checkTokenScopes } from './token-scopes.ts';

/**
 * Makes every read that a delivery needs, all at the same time: the project or group, each variable, and the scopes of the token. Reading a
 * variable needs the same role as writing it.
 */
export async function check(
  client: Client,
  known: Known,
  names: readonly string[],
  context: AdapterContext,
  options: CallOptions,
): Promise<SinkReport> {
  const { target } = client;
  const [owners, looking, scopes] = await Promise.allSettled([
    readOwner(client, options),
    lookAll(client, names, options),
    checkTokenScopes(target.id, context, options),
  ]);
  // The errors are in the order in which they explain most.
  if (owners.status === 'rejected') throw owners.reason;
  if (scopes.status === 'rejected') throw scopes.reason;
  const owner = owners.value;
  if (looking.status === 'rejected') throw withRole(looking.reason, target, owner);
  const looks = looking.value;
  for (const [i, name] of names.entries()) known.set(name, looks[i]?.stored !== undefined);
  const present = names.filter((name) => known.get(name)).map((name) => ({ name }));
  if (present.length < names.length) await refuseUnlicensed(client, owner, options);
  const clock = earliest([owner.date, ...looks.map(({ date }) => date)]);
  return {
    present,
    place: placeOf(target, owner),
    ...(clock !== undefined && { clock }),
    warnings: owner.warnings,
  };
}

/**
 * Refuses to create variables with an environment scope in a group without the license for it: GitLab would store them for all
 * environments. Only GitLab.com shows the plan; if it cannot be read, this refuses nothing. docs: «Namespaces API», get a namespace.
 */
async function refuseUnlicensed(
  { target, request }: Client,
  { id }: Owner,
  options: CallOptions,
): Promise<void> {
  const { level, scope } = target;
  if (level !== 'group' || scope === EVERY_ENVIRONMENT || id === undefined) return;
  const answer = await request(
    { what: requests.readPlan, writes: false },
    (api) => api.namespace(id),
    options,
  );
  const { plan } = (answer.data ?? {}) as { plan?: unknown };
  if (answer.status === 200 && plan === 'free') throw planUnsupported(target.id);
}
