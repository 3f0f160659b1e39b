import { parseTarget } from '@keyturn/core';

import { ownKinds } from '../adapters/own-kinds.ts';
import { parseModuleTarget } from '../adapters/target-module.ts';

/** An address that a configuration gives: credentials may be sent there. */
export interface Address {
  /** The key that it stands at: `issuer.apiUrl`; or the target. */
  readonly where: string;
  /** With its port, where that is not the usual one: `api.example.com`. What cannot be read stays as it is. */
  readonly host: string;
}

/** What a configuration says that may be an address: options of an issuer, and targets. */
export interface Configured {
  readonly issuer: string;
  readonly options: unknown;
  readonly targets?: readonly string[];
}

const KEY = /(?:ur[il]|host(?:name)?|server|endpoint|address|domain|proxy)$/i;
const MOST_DEPTH = 64;

/** Whether a key or a variable of this name holds an address, whatever it looks like. */
export function isAddressKey(name: string): boolean {
  return KEY.test(name);
}

/**
 * The host of a text that is an address, as a client would read it; undefined for any other text. A URL is one wherever it stands.
 *
 * @param isExpected it stands for an address, so that a host alone is one
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

/** The addresses in a target, if it is no exclusion. Sinks of ours have none: where they are is the environment's to say. */
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
