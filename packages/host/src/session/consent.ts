import {
  KeyturnError,
  printable,
  type AdapterContext,
  type EnvironmentVariable,
  type IssuerAdapter,
} from '@keyturn/core';

import {
  addressesIn,
  addressesOf,
  hostOf,
  isAddressKey,
  type Address,
  type Configured,
} from './addresses.ts';
import { kindOf, type Session } from './session.ts';

const ALLOW = 'host:';

/**
 * Only whoever runs keyturn says where credentials go: by the environment, the command line, or nothing, which means the usual
 * address. If the files are not trusted, no address of theirs is taken, whatever else is said.
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

/** The first of the addresses that nobody but the configuration names. */
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

/** The addresses among an issuer's options that are not the one it has without them, wherever that is. */
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
  // One that cannot do without has no usual address.
  const usual = await adapter.open(Object.fromEntries(others), { ...context, env }).then(
    ({ server = '' }) => hostOf(server, false),
    () => undefined,
  );
  return addresses.filter(({ host }) => host !== usual);
}

/** What an address that nobody names is refused with, before any request. */
function refusal(
  { where, host }: Address,
  variables: readonly EnvironmentVariable[],
): KeyturnError {
  const shown = printable(host, 200);
  const [name] = namesOf(variables);
  const variable = name === undefined ? '' : `, or set ${name} to its address`;
  return new KeyturnError(
    'CONFIG_INVALID',
    `${printable(where, 200)}: ${shown} is sent no credentials, since only the configuration names it`,
    { hint: `If it is yours, say --allow ${ALLOW}${shown}${variable}.`, effect: 'none' },
  );
}

function namesOf(variables: readonly EnvironmentVariable[]): string[] {
  return variables
    .filter(({ secret, name }) => !secret && isAddressKey(name))
    .map(({ name }) => name);
}

/** @throws {KeyturnError} `USAGE_INVALID` for what is no host */
function allowedHost(check: string): string[] {
  if (!check.startsWith(ALLOW)) return [];
  const text = check.slice(ALLOW.length);
  if (/^[a-z0-9.-]+(?::\d{1,5})?$|^\[[0-9a-f:.]+\](?::\d{1,5})?$/i.test(text)) {
    const host = hostOf(text, true);
    if (host !== undefined) return [host];
  }
  throw new KeyturnError('USAGE_INVALID', `--allow ${printable(check, 100)} does not name a host`, {
    hint: `Write a name alone, such as --allow ${ALLOW}api.example.com.`,
    effect: 'none',
  });
}
