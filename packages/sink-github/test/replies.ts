import type { Reply } from '@keyturn/core/testing';

/** A repository as GitHub shows it. */
export const repository = (more: object = {}): Reply => ({
  status: 200,
  body: {
    id: 7,
    full_name: 'acme/web',
    archived: false,
    disabled: false,
    default_branch: 'main',
    permissions: { admin: true, push: true, pull: true },
    ...more,
  },
});

/** A list of secrets, by name with when they were written. */
export const secrets = (times: Readonly<Record<string, unknown>>, total?: number): Reply => ({
  status: 200,
  body: {
    total_count: total ?? Object.keys(times).length,
    secrets: Object.entries(times).map(([name, updated]) => secret(name, updated)),
  },
});

export const secret = (name: string, updated?: unknown): object => ({
  name,
  created_at: '2026-01-01T00:00:00Z',
  updated_at: updated,
});
