import { describe, expect, it } from 'vitest';

import { postgresRoles } from '../src/index.ts';

const role = {
  username: 'a".b',
  baseUsername: 'a"',
  password: "it's",
  inheritedRoles: ['pg_read_all_data', 'postgres'],
  withReplication: true,
  validUntil: null,
} as const;

describe('roles in a real PostgreSQL', () => {
  function recording(failing = /(?!)/) {
    const said: string[] = [];
    const query = async (sql: string) => {
      said.push(sql);
      if (failing.test(sql)) throw new Error('it owns something');
    };
    return { said, roles: postgresRoles({ host: 'h', query, login: async () => true }) };
  }

  it('quote names and secrets', async () => {
    const { said, roles } = recording();
    await roles.create(role);
    await roles.alter(role.username, { password: "o'ther", validUntil: '2026-01-15T00:00:00Z' });
    expect(said).toEqual([
      `create role "a"".b" login password 'it''s' replication valid until 'infinity' in role "pg_read_all_data", "postgres"`,
      `grant create on schema public to "a"".b"`,
      `alter role "a"".b" password 'o''ther' valid until '2026-01-15T00:00:00Z'`,
    ]);
  });

  it('keep their rights if they cannot be dropped', async () => {
    const { said, roles } = recording(/^drop role/);
    await expect(roles.drop('a')).rejects.toThrow('it owns something');
    expect(said).toEqual([
      'revoke create on schema public from "a"',
      'drop role "a"',
      'grant create on schema public to "a"',
    ]);
  });

  it('make way for those of another world', async () => {
    const { said, roles } = recording();
    await roles.replace([role]);
    said.length = 0;
    await roles.replace([]);
    expect(said[0]).toContain(`rolname = 'a".b'`);
    expect(said[0]).toContain(`execute 'drop owned by "a"".b"'`);
    expect(said[0]).toContain(`execute 'drop role "a"".b"'`);
    said.length = 0;
    await roles.replace([]);
    expect(said).toHaveLength(1);
  });
});
