import type { GitLabState, Group, Project } from './state.ts';
import { isActive, type AccessToken } from './tokens.ts';

/** A token as the API shows it: the secret only in the answer that created it. */
export function tokenObject(token: AccessToken, state: GitLabState, secret?: string): object {
  const { id, name, revoked, description, scopes, userId, expiresAt, place } = token;
  const { stamps } = state.runtime.clocks;
  return {
    id,
    name,
    revoked,
    ...stamps({ created_at: token.createdAt }),
    description,
    scopes,
    user_id: userId,
    ...stamps({ last_used_at: token.lastUsedAt }),
    active: isActive(token, state),
    expires_at: expiresAt?.slice(0, 10) ?? null,
    ...(place !== undefined && {
      access_level: token.accessLevel,
      resource_type: place.kind,
      resource_id: place.id,
    }),
    ...(secret !== undefined && { token: secret }),
  };
}

const botName = ({ kind, id }: Project | Group, token: number): string =>
  `${kind}_${id}_bot_${token.toString(16).padStart(32, '0')}`;

/** The name of a user; undefined for one that does not exist. Those of the world's members and tokens exist. */
export function nameOfUser(
  userId: number,
  { tokens, projects, groups }: GitLabState,
): string | undefined {
  if (userId === 1) return 'ada';
  const token = [...tokens.values()].find((one) => one.userId === userId);
  if (token?.place !== undefined) return botName(token.place, token.id);
  const isMember = [...projects.values(), ...groups.values()].some(({ members }) =>
    members.some((one) => one.userId === userId),
  );
  return token !== undefined || isMember ? `user${userId}` : undefined;
}

/** Who a token belongs to: the seeded person, or the bot of a project or group. */
export function userObject({ place, userId, name, id, admin }: AccessToken): object {
  if (place === undefined)
    return userId === 1
      ? { id: 1, username: 'ada', name: 'Ada', state: 'active', is_admin: admin }
      : { id: userId, username: `user${userId}`, name: `User ${userId}`, state: 'active' };
  return { id: userId, username: botName(place, id), name, state: 'active', bot: true };
}
