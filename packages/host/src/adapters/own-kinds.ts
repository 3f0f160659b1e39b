import { createRequire } from 'node:module';

import type { Role } from './discover.ts';

type Kinds = Readonly<Record<Role, readonly string[]>>;

let known: Kinds | undefined;

/**
 * The kinds that have a package of keyturn's own, to name it if it is missing. They are listed in this package's manifest, the usual
 * ones first: what each is like, only its adapter knows.
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

/** The issuer that is meant if nothing names one. */
export function usualIssuer(): string {
  return ownKinds('issuer')[0] ?? '';
}
