import type { DatabaseRole, RoleBackend } from './role-backend.ts';

export interface PostgresRolesOptions {
  /** Where clients reach the server: `127.0.0.1:5432`. */
  readonly host: string;
  /** Runs statements as a superuser of it. */
  readonly query: (sql: string) => Promise<unknown>;
  /** Whether these log in: tries it. */
  readonly login: (username: string, password: string) => Promise<boolean>;
}

/**
 * Makes PlanetScale's roles in a real PostgreSQL, for the option `roles` of `startSandbox`: real logins, real owners. A role has the
 * name that clients log in with, as there is no proxy that takes the branch off.
 */
export function postgresRoles({ host, query, login }: PostgresRolesOptions): RoleBackend {
  const made = new Set<string>();

  async function create(role: DatabaseRole): Promise<void> {
    const { username, password, inheritedRoles, withReplication, validUntil } = role;
    const groups = inheritedRoles.map(identifier).join(', ');
    await query(
      [
        `create role ${identifier(username)} login password ${literal(password)}`,
        withReplication ? 'replication' : '',
        `valid until ${literal(validUntil ?? 'infinity')}`,
        groups === '' ? '' : `in role ${groups}`,
      ].join(' '),
    );
    // Its own roles may make tables, as on PlanetScale.
    await query(`grant create on schema public to ${identifier(username)}`);
    made.add(username);
  }

  /** What a role was granted goes with it; what it owns keeps it from going. */
  async function drop(username: string): Promise<void> {
    await query(`revoke create on schema public from ${identifier(username)}`);
    try {
      await query(`drop role ${identifier(username)}`);
    } catch (error) {
      await query(`grant create on schema public to ${identifier(username)}`);
      throw error;
    }
    made.delete(username);
  }

  return {
    host,
    login,
    create,
    drop,
    async replace(roles) {
      // Also those of the same name that an earlier sandbox has left on the server.
      for (const username of new Set([...made, ...roles.map((role) => role.username)]))
        await query(removal(username));
      made.clear();
      // What PlanetScale's roles may inherit, and a server may lack.
      await query(
        "do $$ begin if not exists (select from pg_roles where rolname = 'postgres') then create role postgres; end if; end $$",
      );
      for (const role of roles) await create(role);
    },
    async alter(username, { password, validUntil }) {
      const changes = [
        password === undefined ? '' : `password ${literal(password)}`,
        validUntil === undefined ? '' : `valid until ${literal(validUntil ?? 'infinity')}`,
      ];
      await query(`alter role ${identifier(username)} ${changes.join(' ')}`);
    },
    async reassign(username, successor) {
      await query(`reassign owned by ${identifier(username)} to ${identifier(successor)}`);
    },
  };
}

const removal = (username: string): string =>
  `do $do$ begin if exists (select from pg_roles where rolname = ${literal(username)}) then
  execute ${literal(`drop owned by ${identifier(username)}`)};
  execute ${literal(`drop role ${identifier(username)}`)};
end if; end $do$`;

const identifier = (name: string): string => `"${name.replaceAll('"', '""')}"`;

const literal = (text: string): string => `'${text.replaceAll("'", "''")}'`;
