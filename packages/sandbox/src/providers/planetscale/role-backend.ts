/** A role as a PostgreSQL server has it. */
export interface DatabaseRole {
  /** What clients log in as: it ends with the id of the branch, as PlanetScale's proxy wants it. */
  readonly username: string;
  /** Without that end: what PostgreSQL itself calls it. */
  readonly baseUsername: string;
  readonly password: string;
  readonly inheritedRoles: readonly string[];
  readonly withReplication: boolean;
  /** ISO 8601; null for ever. */
  readonly validUntil: string | null;
}

/**
 * Where PlanetScale's Postgres roles are really made. By default a small server of the sandbox, which knows logins and nothing else; a
 * real PostgreSQL can stand behind it instead. Calls come one at a time. A server without PlanetScale's proxy makes roles under
 * their `username`.
 */
export interface RoleBackend {
  /** Where clients log in: `127.0.0.1:5432`. */
  readonly host: string;
  /** Makes these its only roles: a world was opened. */
  replace(roles: readonly DatabaseRole[]): Promise<void>;
  create(role: DatabaseRole): Promise<void>;
  alter(
    username: string,
    change: { readonly password?: string; readonly validUntil?: string | null },
  ): Promise<void>;
  /** @throws an error whose message PlanetScale shows as `drop_failed`; the role still logs in then */
  drop(username: string): Promise<void>;
  /** Makes everything that one role owns another's. */
  reassign(username: string, successor: string): Promise<void>;
  /** Whether these log in now. */
  login(username: string, password: string): Promise<boolean>;
}
