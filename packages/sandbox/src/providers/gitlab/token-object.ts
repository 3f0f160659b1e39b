import type { GitLabState } from './state.ts';
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

/** Who a token belongs to: the seeded person, or the bot of a project or group. */
export function userObject({ place, userId, name, id, admin }: AccessToken): object {
  if (place === undefined)
    return userId === 1
      ? { id: 1, username: 'ada', name: 'Ada', state: 'active', is_admin: admin }
      : { id: userId, username: `user${userId}`, name: `User ${userId}`, state: 'active' };
  const username = `${place.kind}_${place.id}_bot_${id.toString(16).padStart(32, '0')}`;
  return { id: userId, username, name, state: 'active', bot: true };
}
