import type { Sandbox, World } from '../src/index.ts';
import { client, sandbox, type Client } from './support.ts';

/** GitLab as the seeded token, or as another; `null` is nobody. */
export function gitlab(box: Sandbox, token: string | null | undefined = box.env['GITLAB_TOKEN']) {
  return client(`${box.urls.gitlab}/api/v4`, token === null ? undefined : `Bearer ${token}`);
}

/** GitLab with a world of its own, as a token that may do everything there. */
export async function gitlabWith(
  world: NonNullable<World['gitlab']>,
): Promise<{ box: Sandbox; api: Client }> {
  const tokens = world.tokens ?? [{ token: 'glpat-all', admin: true }];
  const box = await sandbox({ world: { gitlab: { ...world, tokens } } });
  return { box, api: gitlab(box, tokens[0]?.token) };
}

export const filter = (scope: string): string =>
  `filter%5Benvironment_scope%5D=${encodeURIComponent(scope)}`;
