import { createRequire } from 'node:module';

import type { Role } from './role.ts';

interface Own {
  readonly adapters: Readonly<Record<Role, readonly string[]>>;
  /** For the kinds whose package has another name. */
  readonly packages: Readonly<Record<string, string>>;
  readonly schemes: Readonly<Record<string, string>>;
}

let known: Own | undefined;

/**
 * The kinds that one of keyturn's own packages adapts, to name that package if it is missing. This package's manifest lists them, the
 * usual ones first: only the adapter knows more about each.
 */
export function ownKinds(role: Role): readonly string[] {
  return own().adapters[role];
}

/** The package of keyturn that adapts a kind, if one does: `@keyturn/sink-github`. */
export function ownPackage(role: Role, kind: string): string {
  return `@keyturn/${own().packages[`${role}-${kind}`] ?? `${role}-${kind}`}`;
}

/** The schemes of the addresses of keyturn's own stores, with their kinds. */
export function ownSchemes(): ReadonlyMap<string, string> {
  return new Map(Object.entries(own().schemes));
}

function own(): Own {
  if (known === undefined) {
    const manifest = createRequire(import.meta.url)('@keyturn/host/package.json') as {
      readonly keyturn: Own;
    };
    known = manifest.keyturn;
  }
  return known;
}

/** The issuer to use if nothing names one. */
export function usualIssuer(): string {
  return ownKinds('issuer')[0] ?? '';
}
