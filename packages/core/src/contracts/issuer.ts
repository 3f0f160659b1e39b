import type { CredentialReport } from './credentials.ts';
import type { KeyturnError } from './errors.ts';
import type { CallOptions } from './runtime.ts';
import type { Secret } from './secret.ts';

/** What may be written down of a token: enough to find it again, nothing to use it with. */
export interface TokenRef {
  /** The issuer's public id. */
  readonly id: string;
  /** The name that the issuer shows; unique for tokens that keyturn asked for. */
  readonly label: string;
  /** When it was created, ISO 8601 in UTC. */
  readonly issuedAt: string;
  readonly expiresAt?: string;
}

/**
 * A fresh credential, as named fields.
 *
 * PlanetScale: `id` (public), `token` (secret) and `pair` (`id:token`, secret).
 */
export interface Credential {
  readonly token: TokenRef;
  readonly fields: Readonly<Record<string, Secret | string>>;
}

/**
 * What a token may do, as sorted names without duplicates: `read_organization` for the account,
 * `shop/read_branch` for a resource of it. Compared as sets.
 */
export type Permissions = readonly string[];

/** A token as a list shows it. */
export interface TokenInfo extends TokenRef {
  readonly lastUsedAt?: string;
}

export interface TokenDetails extends TokenInfo {
  readonly permissions: Permissions;
}

export type Capability = 'yes' | 'no' | 'unknown';

/** What the issuer's credentials allow, as far as reading tells. */
export interface IssuerReport {
  /** The account that the credentials belong to: `acme`. */
  readonly account: string;
  /** Who acts: a service token's id, or undefined for a person's login. */
  readonly actingToken?: string;
  readonly can: Readonly<Record<'list' | 'create' | 'grant' | 'revoke', Capability>>;
  /** What its own work needs, beside what it hands on: a token that acts should have no more. */
  readonly needed?: Permissions;
  /** One entry for each thing that would make a rotation fail; empty where none is known. */
  readonly problems: readonly KeyturnError[];
}

export type Verification =
  | { readonly ok: true }
  | { readonly ok: false; readonly error: KeyturnError };

export interface IssueRequest {
  readonly label: string;
  /** Milliseconds until the token expires by itself. An issuer that counts in larger units refuses what it cannot express. */
  readonly ttl?: number;
}

/** `revoked`: it was there, and is no more. `gone`: it was not there. */
export type Revocation = 'revoked' | 'gone';

/** Creates, grants, verifies and revokes tokens. Every method rejects with a {@link KeyturnError} only. */
export interface TokenIssuer {
  /** The contract that the issuer was written for. */
  readonly specVersion: 1;
  /** The adapter's short name, as in the configuration: `planetscale`. */
  readonly kind: string;
  /** The issuer and its account, stable, without a credential: `planetscale:acme`. */
  readonly id: string;
  /** The address of the issuer's server, without a credential. Absent if the id says it all. */
  readonly server?: string;

  /** Tells what the credentials may do. Reads only. */
  check(options: CallOptions): Promise<IssuerReport>;
  /** Tells what the issuer acts with and where that belongs, for `doctor`. Reads only; rejects where it is refused. */
  credentials?(options: CallOptions): Promise<CredentialReport>;
  /** Every token of the account, over every page. */
  list(options: CallOptions): AsyncIterable<TokenInfo>;
  /** One token with its permissions; undefined only where it is certain that there is none. */
  get(id: string, options: CallOptions): Promise<TokenDetails | undefined>;
  /** Creates a token under a label that is unique. An error with effect `unknown` means: look it up with `find`. */
  issue(request: IssueRequest, options: CallOptions): Promise<Credential>;
  /** The tokens of that label, over every page: what is left to know after a lost answer. */
  find(label: string, options: CallOptions): Promise<readonly TokenRef[]>;
  /** Gives a token these permissions and proves it by reading them back. Idempotent. */
  grant(id: string, permissions: Permissions, options: CallOptions): Promise<void>;
  /** Takes permissions away from a token. Idempotent. */
  ungrant(id: string, permissions: Permissions, options: CallOptions): Promise<void>;
  /** Proves that a credential works by using it, and that it may do what is expected. */
  verify(
    credential: Credential,
    expected: Permissions,
    options: CallOptions,
  ): Promise<Verification>;
  /** Those of the permissions that let a token manage tokens or members: they are listed by the user, and never copied. Makes no request. */
  managing?(permissions: Permissions): Permissions;
  /** The id of the token that it acts with, as its credentials tell; undefined for a person's login. Makes no request. */
  actingToken?(): string | undefined;
  /** The same issuer, acting with this credential. Makes no request. */
  actAs?(credential: Credential): TokenIssuer;
  /** Ends a token; one that is certainly not there is `gone`. A token that was only just created may not be seen yet. */
  revoke(id: string, options: CallOptions): Promise<Revocation>;
}
