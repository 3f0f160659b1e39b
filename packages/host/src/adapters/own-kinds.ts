import { createRequire } from 'node:module';

import type { Role } from './discover.ts';

type Kinds = Readonly<Record<Role, readonly string[]>>;

let known: Kinds | undefined;

/**
 * The kinds that one of keyturn's own packages adapts, to name that package if it is missing. This package's manifest lists them, the
 * usual ones first: only the adapter knows more about each.
 */
export function ownKinds(role: Role): readonly string[] {
  if (known === undefined) {
    const manifest = createRequire(import.meta.url)('@keyturn/host/package.json') as {
      readonly keyturn: { readonly adapters: Kinds };
    };
    known = manifest.keyturn.adapters;
  }
  return known[role];
}

/** The issuer to use if nothing names one. */
export function usualIssuer(): string {
  return ownKinds('issuer')[0] ?? '';
}
