/** The part of the world that PlanetScale holds. */
export interface PlanetScaleWorld {
  readonly orgs?: Readonly<Record<string, OrganizationWorld>>;
  /** People's login tokens (`pscale auth login`), sent as `Bearer`. They may do everything. */
  readonly logins?: readonly LoginWorld[];
  readonly behaviour?: PlanetScaleBehaviour;
}

export interface OrganizationWorld {
  readonly tokens?: readonly ServiceTokenWorld[];
  readonly databases?: readonly DatabaseWorld[];
  /** Branch passwords of its Vitess databases. */
  readonly passwords?: readonly PasswordWorld[];
}

/** A service token. Times are ISO 8601; what is left out is made up. */
export interface ServiceTokenWorld {
  /** 12 lower-case letters and digits. */
  readonly id?: string;
  readonly name?: string | null;
  readonly token?: string;
  readonly createdAt?: string;
  /** A deleted token stays listed here; the API does not know it any more. */
  readonly revokedAt?: string | null;
  readonly lastUsedAt?: string | null;
  readonly expiresAt?: string | null;
  /** `read_organization` for the organization, `shop/read_branch` for a database. */
  readonly accesses?: readonly string[];
  /** Accesses to every database, as an organization's administrator gives them. The API does not show them. */
  readonly allDatabases?: readonly string[];
}

export interface DatabaseWorld {
  readonly name: string;
  /** @default ['main'] */
  readonly branches?: readonly string[];
  /** @default 'mysql' */
  readonly kind?: 'mysql' | 'postgresql';
}

/** A branch password. Times are ISO 8601; what is left out is made up. */
export interface PasswordWorld {
  readonly database: string;
  /** @default 'main' */
  readonly branch?: string;
  /** 12 lower-case letters and digits; not the user name. */
  readonly id?: string;
  readonly name?: string;
  readonly username?: string;
  readonly password?: string;
  /** @default 'admin' */
  readonly role?: PasswordRole;
  readonly replica?: boolean;
  readonly cidrs?: readonly string[] | null;
  readonly directVtgate?: boolean;
  /** In seconds; a password without it does not expire and cannot be renewed. */
  readonly ttl?: number | null;
  readonly createdAt?: string;
  readonly expiresAt?: string | null;
  /** A deleted password stays listed here; the API does not know it any more. */
  readonly revokedAt?: string | null;
  readonly lastUsedAt?: string | null;
}

export type PasswordRole = 'reader' | 'writer' | 'admin' | 'readwriter';

export interface LoginWorld {
  readonly token: string;
  readonly email: string;
  /** The organizations that the person belongs to; all of them when left out. */
  readonly orgs?: readonly string[];
}

/** What PlanetScale does not document, as switches. */
export interface PlanetScaleBehaviour {
  /** Whether service tokens may use `/access` to grant and ungrant: `refused` answers 403. @default 'allowed' */
  readonly serviceTokenGrants?: 'allowed' | 'refused';
  /** A service token may grant only what it may do itself. @default true */
  readonly grantOwnOnly?: boolean;
  /** How long a new token is missing from lists and look-ups, in milliseconds. @default 0 */
  readonly listDelayMs?: number;
  /** How long a new token does not work yet, in milliseconds. @default 0 */
  readonly useDelayMs?: number;
  /** How long a deleted token still works, in milliseconds. @default 0 */
  readonly revokeDelayMs?: number;
  /**
   * Which accesses a branch asks for: those of its own kind, production or not, or `any` of those that the API's description lists.
   *
   * @default 'strict'
   */
  readonly branchAccesses?: 'strict' | 'any';
  /** Whether renewing a password makes another secret; the old one ends at once. @default 'kept' */
  readonly renewedSecret?: 'kept' | 'replaced';
  /** Whether a password with the role `writer` may run `select 1`. @default 'denied' */
  readonly writersSelect?: 'allowed' | 'denied';
}
