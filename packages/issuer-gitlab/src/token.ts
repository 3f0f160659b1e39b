import { printable, type TokenInfo } from '@keyturn/core';
import type { JsonObject } from '@keyturn/http';

/** A token as GitLab describes it. */
export interface Described {
  readonly info: TokenInfo;
  readonly isRevoked: boolean;
  /** It was revoked, or has expired by GitLab's clock. */
  readonly isOver: boolean;
  /** The user that requests with the token come from: a bot of its own for tokens of projects and groups. */
  readonly userId: number | undefined;
}

/**
 * What the API says about a token, read leniently: fields may be null or missing. Undefined without a usable id.
 *
 * @param fallback used if the response does not have the field
 */
export function describe(
  item: JsonObject,
  fallback: { readonly label?: string; readonly issuedAt?: string } = {},
): Described | undefined {
  const { name, user_id: user } = item;
  const id = idIn(item['id']);
  if (id === undefined) return undefined;
  const label = typeof name === 'string' && name !== '' ? name : (fallback.label ?? '');
  const [expiresAt, lastUsedAt] = [dayOf(item['expires_at']), time(item['last_used_at'])];
  return {
    info: {
      id,
      label: printable(label, 255),
      issuedAt: time(item['created_at']) ?? fallback.issuedAt ?? new Date(0).toISOString(),
      ...(expiresAt !== undefined && { expiresAt }),
      ...(lastUsedAt !== undefined && { lastUsedAt }),
    },
    isRevoked: item['revoked'] === true,
    isOver: item['revoked'] === true || item['active'] === false,
    userId: typeof user === 'number' && Number.isSafeInteger(user) ? user : undefined,
  };
}

/** The secret of a new token; undefined if it could not be sent as a header. */
export function secretOf({ token }: JsonObject): string | undefined {
  return typeof token === 'string' && /^[\x21-\x7E]{8,1024}$/.test(token) ? token : undefined;
}

/** A number as the id of a token. */
export function idIn(value: unknown): string | undefined {
  const isId = typeof value === 'number' && Number.isSafeInteger(value) && value > 0;
  return isId ? String(value) : undefined;
}

/** A token ends as its last day begins, in UTC; docs: «Personal access tokens», expiration. */
function dayOf(value: unknown): string | undefined {
  const [day] = typeof value === 'string' ? (/^\d{4}-\d\d-\d\d/.exec(value) ?? []) : [];
  return time(day);
}

function time(value: unknown): string | undefined {
  const at = typeof value === 'string' ? Date.parse(value) : Number.NaN;
  return Number.isNaN(at) ? undefined : new Date(at).toISOString();
}
