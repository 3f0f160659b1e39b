import type { IssuerCost } from './cost.ts';
import type { CredentialReport } from './credentials.ts';
import type { KeyturnError } from './errors.ts';
import type { CallOptions } from './runtime.ts';
import type { Secret } from './secret.ts';

/** A reference to a token, without its secret. Safe to store. */
export interface TokenRef {
  /** The issuer's public id. */
  readonly id: string;
  /** The name that the issuer shows. Unique for tokens that keyturn requested. */
  readonly label: string;
  /** ISO 8601, in UTC. */
  readonly issuedAt: string;
  readonly expiresAt?: string;
}

/**
 * A new credential, as named fields.
 *
 * PlanetScale: `id` (public), `token` (secret) and `pair` (`id:token`, secret).
 */
export interface Credential {
  readonly token: TokenRef;
  readonly fields: Readonly<Record<string, Secret | string>>;
}

/**
 * What a token is allowed to do, as sorted names without duplicates: `read_organization` for the account,
 * `shop/read_branch` for a resource. Compared as sets.
 */
export type Permissions = readonly string[];

/** A token in a list. */
export interface TokenInfo extends TokenRef {
  readonly lastUsedAt?: string;
  /** It exists, and does not work until it is enabled again. */
  readonly disabled?: boolean;
  /** Why it cannot be replaced without an outage, in words: `it is the default role`. `audit` warns of it. */
  readonly fixed?: string;
}

export interface TokenDetails extends TokenInfo {
  readonly permissions: Permissions;
}

export type Capability = 'yes' | 'no' | 'unknown';

/** What the issuer's credentials allow, as far as read requests can show. */
export interface IssuerReport {
  /** The account of the credentials: `acme`. */
  readonly account: string;
  /** The ID of the token that keyturn acts with; undefined for a person's login. */
  readonly actingToken?: string;
  readonly can: Readonly<Record<'list' | 'create' | 'grant' | 'revoke', Capability>>;
  /** The permissions that the issuer itself needs, besides those that it grants. */
  readonly needed?: Permissions;
  /** How many tokens can still be created; absent if there is no limit, or it is not known. */
  readonly room?: number;
  /** One error for each known reason why a rotation would fail. */
  readonly problems: readonly KeyturnError[];
  /** What a rotation changes although nothing fails, such as what a new token does not inherit; one line each. */
  readonly warnings?: readonly string[];
}

/** Options of {@link TokenIssuer.check}. */
export interface IssuerCheckOptions extends CallOptions {
  /** The ID of the token that would be replaced, if there is one. */
  readonly like?: string;
}

export type Verification =
  | { readonly ok: true }
  | { readonly ok: false; readonly error: KeyturnError };

export interface IssueRequest {
  readonly label: string;
  /** Milliseconds until the token expires by itself. An issuer that counts in larger units refuses or rounds up what it cannot express. */
  readonly ttl?: number;
  /** What the token may do, for issuers that decide it at creation. */
  readonly permissions?: Permissions;
  /** The ID of the token that it replaces. */
  readonly like?: string;
}

/** What finds a token whose answer was lost. */
export interface FindOptions extends CallOptions {
  /** The IDs of the tokens that existed right before the request; for issuers without labels. */
  readonly known?: readonly string[];
}

/**
 * `revoked`: the token existed and was revoked. `gone`: the token did not exist. `pending`: its end was accepted, and takes time;
 * it is asked for again.
 */
export type Revocation = 'revoked' | 'gone' | 'pending';

/** What an issuer can do, beside what every issuer can. */
export interface IssuerSupports {
  /** When a token gets its permissions: `grant` after creation, `issue` at creation, `none` if they belong to a user or an app. */
  readonly permissions: 'grant' | 'issue' | 'none';
  /** How a token is found whose answer was lost: by its label, or as the one that is new since the request. */
  readonly find: 'label' | 'candidates';
  /** Whether the old token works on after a new one was created. Without this, nothing can be rotated without an outage. */
  readonly overlap: boolean;
  /** How many tokens may exist at once. Absent without a limit. */
  readonly most?: number;
  /** Whether a token can be disabled before it is revoked, and enabled again. */
  readonly disable: boolean;
  /** Whether the issuer shows when a token was last used. */
  readonly lastUsed: boolean;
  /** In which unit an expiry is expressed. Absent if tokens do not expire. */
  readonly expiry?: 'second' | 'day';
}

/** Creates, grants, verifies and revokes tokens. Methods reject only with a {@link KeyturnError}. */
export interface TokenIssuer {
  /** The version of this contract. */
  readonly specVersion: 1;
  /** The adapter's kind, as in the configuration: `planetscale`. */
  readonly kind: string;
  /** Identifies the issuer and its account. Stable, and without a credential: `planetscale:acme`. */
  readonly id: string;
  /** The URL of the server, without a credential. Absent if the ID is sufficient. */
  readonly server?: string;
  readonly supports: IssuerSupports;

  /** Checks what the credentials allow. Reads only. */
  check(options: IssuerCheckOptions): Promise<IssuerReport>;
  /** Describes the credentials, for `doctor`. Reads only; rejects if they are denied. */
  credentials?(options: CallOptions): Promise<CredentialReport>;
  /** Lists all tokens of the account, from all pages. */
  list(options: CallOptions): AsyncIterable<TokenInfo>;
  /** Returns a token with its permissions; undefined only if it certainly does not exist. */
  get(id: string, options: CallOptions): Promise<TokenDetails | undefined>;
  /** Creates a token with a unique label. After an error with effect `unknown`, look it up with `find`. */
  issue(request: IssueRequest, options: CallOptions): Promise<Credential>;
  /** Finds all tokens with a label, from all pages; without labels, all that are not known. Used after a lost answer. */
  find(label: string, options: FindOptions): Promise<readonly TokenRef[]>;
  /** Returns whether a new token can be used yet. Asked until it can. Reads only. */
  ready?(id: string, options: CallOptions): Promise<boolean>;
  /** Grants permissions to a token, and reads them back to confirm. Idempotent. Rejects if the issuer gives them at creation. */
  grant(id: string, permissions: Permissions, options: CallOptions): Promise<void>;
  /** Removes permissions from a token. Idempotent. Rejects like `grant`. */
  ungrant(id: string, permissions: Permissions, options: CallOptions): Promise<void>;
  /** Uses a credential to verify that it works and has the expected permissions. */
  verify(
    credential: Credential,
    expected: Permissions,
    options: CallOptions,
  ): Promise<Verification>;
  /** Returns the permissions of a first token, from the issuer's options. Makes no request. */
  defaults?(): Permissions | undefined;
  /** Returns the permissions that allow a token to manage tokens or members. They are never copied: users must list them. Makes no request. */
  managing?(permissions: Permissions): Permissions;
  /** What a rotation to these permissions costs, for the estimate of `plan`. Makes no request. Without it, there is no estimate. */
  cost?(permissions: Permissions): IssuerCost;
  /** The ID of the token that keyturn acts with, from its credentials; undefined for a person's login. Makes no request. */
  actingToken?(): string | undefined;
  /** Returns the same issuer with other credentials. Makes no request. */
  actAs?(credential: Credential): TokenIssuer;
  /** Gives what a token owns to its successor, before it is revoked. Idempotent. */
  retire?(id: string, successor: string, options: CallOptions): Promise<void>;
  /** Stops a token from working, until it is enabled. Idempotent. */
  disable?(id: string, options: CallOptions): Promise<void>;
  /** Lets a disabled token work again. Idempotent. */
  enable?(id: string, options: CallOptions): Promise<void>;
  /** Revokes a token. Resolves with `gone` only if it certainly does not exist; a new token might not be visible yet. */
  revoke(id: string, options: CallOptions): Promise<Revocation>;
}
