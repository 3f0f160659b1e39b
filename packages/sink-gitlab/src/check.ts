import {
  KeyturnError,
  type AdapterContext,
  type CallOptions,
  type SinkReport,
} from '@keyturn/core';

import type { Client } from './client.ts';
import { earliest } from './clock.ts';
import type { Known } from './deliver.ts';
import { lookAll } from './look.ts';
import { placeOf, readOwner, type Owner } from './owner.ts';
import { withRole } from './roles.ts';
import { EVERY_ENVIRONMENT } from './scopes.ts';
import { checkTokenScopes } from './token-scopes.ts';

/**
 * Makes every read that a delivery needs, all at once: the project or group, each variable, and what the token may do. Reading a variable
 * asks for the same role as writing it.
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
  // What is told first explains the others best.
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
 * Refuses to create variables for an environment in a group without the licence for it: they would be stored for all environments.
 * Only GitLab.com shows the subscription; if it cannot be read, nothing is said. docs: «Namespaces API», get a namespace.
 */
async function refuseUnlicensed(
  { target, request }: Client,
  { id }: Owner,
  options: CallOptions,
): Promise<void> {
  const { level, scope } = target;
  if (level !== 'group' || scope === EVERY_ENVIRONMENT || id === undefined) return;
  const answer = await request(
    { what: 'reading its subscription', writes: false },
    (api) => api.namespace(id),
    options,
  );
  const { plan } = (answer.data ?? {}) as { plan?: unknown };
  if (answer.status !== 200 || plan !== 'free') return;
  throw new KeyturnError(
    'REMOTE_REJECTED',
    `${target.id}: the group is on the Free plan, which stores every variable for all environments`,
    {
      hint: "Scopes of group variables need Premium: leave out scope, or write the group's projects as targets.",
      effect: 'none',
    },
  );
}
