import { refuse } from '../../http/answer.ts';
import type { JsonObject } from '../../http/call.ts';
import { unprocessable } from './answers.ts';

/** The `ttl` of a body in seconds, and when it ends; 0 and none mean never. */
export function expiryOf(
  { ttl }: JsonObject,
  from: string,
): { readonly ttl: number | null; readonly expiresAt: string | null } {
  if (ttl === undefined || ttl === null || ttl === 0) return { ttl: null, expiresAt: null };
  if (typeof ttl !== 'number' || !Number.isSafeInteger(ttl) || ttl < 0 || ttl > 4e9)
    return refuse(unprocessable('ttl is not a number of seconds'));
  return { ttl, expiresAt: new Date(Date.parse(from) + ttl * 1000).toISOString() };
}
