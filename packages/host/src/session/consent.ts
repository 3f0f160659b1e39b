import type {
  AdapterContext,
  EnvironmentVariable,
  IssuerAdapter,
  KeyturnError,
  StoreAdapter,
} from '@keyturn/core';

import {
  addressesIn,
  addressesOf,
  hostOf,
  isAddressKey,
  type Address,
  type Configured,
} from './addresses.ts';
import { allowedHostInvalid, hostUnconfirmed } from '../messages.ts';
import type { Surroundings } from '../surroundings.ts';
import type { Location } from './location.ts';
import { kindOf, type Session } from './session.ts';

const ALLOW = 'host:';

/**
 * Only the user decides where credentials are sent: by the environment, by the command line, or by default. If the files are
 * untrusted, their addresses are never used.
 *
 * @throws {KeyturnError} `CONFIG_INVALID`, before any request
 */
export async function refuseUnnamed(
  { issuer, options, targets = [] }: Configured,
  session: Session,
  context: AdapterContext,
): Promise<void> {
  const refuse = (addresses: readonly Address[], { env }: Pick<IssuerAdapter, 'env'>): void => {
    const isUntrusted = session.surroundings.isUntrusted === true;
    const address = isUntrusted ? addresses[0] : unnamed(addresses, env, context);
    if (address !== undefined) throw refusal(address, env);
  };
  if (addressesIn(options).length > 0) {
    const adapter = await session.issuerAdapter(issuer);
    refuse(await unusual(adapter, options, context), adapter);
  }
  for (const target of targets) {
    const addresses = addressesOf(target);
    if (addresses.length > 0) refuse(addresses, await session.sinkAdapter(kindOf(target)));
  }
}

/**
 * The same for where a configuration keeps the ledgers. A remote of the checkout is the user's; any other host is confirmed once.
 *
 * @throws {KeyturnError} `CONFIG_INVALID`
 */
export function refuseStateHost(
  { text, source }: Location,
  { hosts }: Pick<StoreAdapter, 'hosts'>,
  { allow }: AdapterContext,
  { isUntrusted = false }: Surroundings,
): void {
  const allowed = new Set([...allow].flatMap(allowedHost));
  for (const one of hosts?.(text) ?? authorityOf(text)) {
    if (!isUntrusted && (allowed.has(one) || allowed.has(one.replace(/:\d+$/, '')))) continue;
    throw hostUnconfirmed(`state in ${source}`, one, 'KEYTURN_STATE');
  }
}

/** The host of an address such as `git+https://host/path`. */
function authorityOf(text: string): readonly string[] {
  const host = hostOf(text, false);
  return host === undefined ? [] : [host];
}

/** The first of the addresses that only the configuration names. */
function unnamed(
  addresses: readonly Address[],
  variables: readonly EnvironmentVariable[],
  { env, allow }: AdapterContext,
): Address | undefined {
  const allowed = new Set([...allow].flatMap(allowedHost));
  const named = namesOf(variables).flatMap((name) => hostOf(env[name] ?? '', true) ?? []);
  return addresses.find(
    ({ host }) =>
      !named.includes(host) && !allowed.has(host) && !allowed.has(host.replace(/:\d+$/, '')),
  );
}

/** The addresses among an issuer's options that differ from its default. */
async function unusual(
  adapter: IssuerAdapter,
  options: unknown,
  context: AdapterContext,
): Promise<Address[]> {
  const addresses = addressesIn(options);
  const keys = new Set(addresses.map(({ where }) => where.split('.')[1]));
  const others = Object.entries(options ?? {}).filter(([key]) => !keys.has(key));
  const names = namesOf(adapter.env);
  const env = Object.fromEntries(
    Object.entries(context.env).filter(([name]) => !names.includes(name)),
  );
  // An issuer that requires these options has no default address.
  const usual = await adapter.open(Object.fromEntries(others), { ...context, env }).then(
    ({ server = '' }) => hostOf(server, false),
    () => undefined,
  );
  return addresses.filter(({ host }) => host !== usual);
}

/** The error for an address that only the configuration names, before any request. */
function refusal(
  { where, host }: Address,
  variables: readonly EnvironmentVariable[],
): KeyturnError {
  const [name] = namesOf(variables);
  return hostUnconfirmed(where, host, name);
}

function namesOf(variables: readonly EnvironmentVariable[]): string[] {
  return variables
    .filter(({ secret, name }) => !secret && isAddressKey(name))
    .map(({ name }) => name);
}

/** @throws {KeyturnError} `USAGE_INVALID` for an invalid host */
function allowedHost(check: string): string[] {
  if (!check.startsWith(ALLOW)) return [];
  const text = check.slice(ALLOW.length);
  if (/^[a-z0-9.-]+(?::\d{1,5})?$|^\[[0-9a-f:.]+\](?::\d{1,5})?$/i.test(text)) {
    const host = hostOf(text, true);
    if (host !== undefined) return [host];
  }
  throw allowedHostInvalid(check);
}
