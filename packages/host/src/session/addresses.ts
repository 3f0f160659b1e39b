import { parseTarget } from '@keyturn/core';

import { ownKinds } from '../adapters/own-kinds.ts';
import { parseModuleTarget } from '../adapters/target-module.ts';

/** An address in a configuration: credentials might be sent there. */
export interface Address {
  /** The key that contains it, such as `issuer.apiUrl`, or the target. */
  readonly where: string;
  /** With its port if that is not the default: `api.example.com`. Text that cannot be parsed is unchanged. */
  readonly host: string;
}

/** The parts of a configuration that might contain addresses: options of an issuer, and targets. */
export interface Configured {
  readonly issuer: string;
  readonly options: unknown;
  readonly targets?: readonly string[];
}

const KEY = /(?:ur[il]|host(?:name)?|server|endpoint|address|domain|proxy)$/i;
const MOST_DEPTH = 64;

/** Whether a key or a variable of this name contains an address, no matter what it looks like. */
export function isAddressKey(name: string): boolean {
  return KEY.test(name);
}

/**
 * The host of an address, as a client would read it; undefined for any other text. A URL is always an address.
 *
 * @param isExpected the text should be an address, so a host name alone counts
 */
export function hostOf(text: string, isExpected: boolean): string | undefined {
  const host = URL.canParse(text) ? new URL(text).host : '';
  if (host !== '') return host.toLowerCase();
  if (!isExpected || text.trim() === '') return undefined;
  const bare = `https://${text.trim().replace(/^[/\\]+/, '')}`;
  return URL.canParse(bare) ? new URL(bare).host.toLowerCase() : text;
}

export function hasAddress({ options, targets = [] }: Configured): boolean {
  return addressesIn(options).length > 0 || targets.some((one) => addressesOf(one).length > 0);
}

/** Every address among the options of an issuer. */
export function addressesIn(options: unknown, where = 'issuer', depth = 0): Address[] {
  if (typeof options === 'string') {
    const host = hostOf(options, isAddressKey(where.split('.').findLast(isNoIndex) ?? ''));
    return host === undefined ? [] : [{ where, host }];
  }
  if (typeof options !== 'object' || options === null || depth > MOST_DEPTH) return [];
  return Object.entries(options).flatMap(([key, value]) =>
    addressesIn(value, `${where}.${key}`, depth + 1),
  );
}

function isNoIndex(key: string): boolean {
  return !/^\d+$/.test(key);
}

/** The addresses in a target that is not an exclusion. keyturn's own sinks have none: the environment decides where they are. */
export function addressesOf(target: string): Address[] {
  if (target.startsWith('!')) return [];
  const module = parseModuleTarget(target);
  if (module === undefined && ownKinds('sink').includes(target.split(':', 1)[0] ?? '')) return [];
  const { path, query } = parseTarget(module === undefined ? target : `module:${module.rest}`);
  const texts = [['', path] as const, ...Object.entries(query)];
  return texts.flatMap(([key, text]) => {
    const host = hostOf(text, isAddressKey(key));
    return host === undefined ? [] : [{ where: target, host }];
  });
}
