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
  /** Roles of its Postgres databases; each branch has a default one. */
  readonly roles?: readonly RoleWorld[];
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

/** A Postgres role. Times are ISO 8601; what is left out is made up. */
export interface RoleWorld {
  readonly database: string;
  /** @default 'main' */
  readonly branch?: string;
  readonly id?: string;
  readonly name?: string;
  /** The user name without the branch. @default `pscale_api_…`, or `postgres` for the default role */
  readonly baseUsername?: string;
  /** With the branch: made from the other. */
  readonly username?: string;
  readonly password?: string;
  readonly default?: boolean;
  readonly inheritedRoles?: readonly string[];
  readonly withReplication?: boolean;
  readonly requireWhereOnDelete?: Safety;
  readonly requireWhereOnUpdate?: Safety;
  /** In seconds. */
  readonly ttl?: number | null;
  readonly createdAt?: string;
  readonly expiresAt?: string | null;
  /** @default true */
  readonly ready?: boolean;
  /** When somebody deleted it. */
  readonly deletedAt?: string | null;
  /** When it was really dropped. It stays listed here. */
  readonly revokedAt?: string | null;
  readonly dropFailed?: string | null;
  /** The tables that it owns: with any it cannot be dropped. */
  readonly owns?: readonly string[];
}

/** Whether a statement needs a condition. */
export type Safety = 'off' | 'warn' | 'on';

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
  /** How many looks at a new role find that it is not ready; 0 makes it ready at once. @default 1 */
  readonly rolesReadyAfterLooks?: number;
  /** How many looks at a deleted role find that it is not dropped yet; 0 drops it at once. @default 1 */
  readonly rolesDropAfterLooks?: number;
  /** Whether a look finds a role that was dropped, with `dropped_at`, or nothing. @default 'shown' */
  readonly droppedRoles?: 'shown' | 'gone';
  /** Dropping a role fails, whatever it owns. @default false */
  readonly dropsFail?: boolean;
  /** Requests per minute, of all tokens together. @default unlimited */
  readonly rateLimit?: number;
  /** Whether a password with the role `writer` may run `select 1`. @default 'denied' */
  readonly writersSelect?: 'allowed' | 'denied';
}
