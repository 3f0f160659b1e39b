import { printable, type TokenInfo } from '@keyturn/core';
import type { JsonObject } from '@keyturn/http';

const ID = /^[A-Za-z0-9_-]{1,64}$/;

/**
 * What the API says about a token, read leniently: fields may be null or missing (docs: API, service tokens). Undefined without a usable id.
 *
 * @param fallback used if the response does not have the field
 */
export function tokenInfo(
  item: JsonObject,
  fallback: { readonly label?: string; readonly issuedAt?: string } = {},
): TokenInfo | undefined {
  const { id, name, display_name: displayName } = item;
  if (typeof id !== 'string' || !ID.test(id)) return undefined;
  const label = text(name) ?? fallback.label ?? text(displayName) ?? '';
  const [expiresAt, lastUsedAt] = [time(item['expires_at']), time(item['last_used_at'])];
  return {
    id,
    label: printable(label, 255),
    issuedAt: time(item['created_at']) ?? fallback.issuedAt ?? new Date(0).toISOString(),
    ...(expiresAt !== undefined && { expiresAt }),
    ...(lastUsedAt !== undefined && { lastUsedAt }),
  };
}

/** The secret of a new token; undefined if it could not be sent as a header. */
export function secretOf({ token }: JsonObject): string | undefined {
  return isSecret(token) ? token : undefined;
}

/** Whether it could be sent as a header. */
export function isSecret(value: unknown): value is string {
  return typeof value === 'string' && /^[\x21-\x7E]{8,1024}$/.test(value);
}

function text(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined;
}

/** Undefined for what is not a time. */
export function time(value: unknown): string | undefined {
  const at = typeof value === 'string' ? Date.parse(value) : Number.NaN;
  return Number.isNaN(at) ? undefined : new Date(at).toISOString();
}
