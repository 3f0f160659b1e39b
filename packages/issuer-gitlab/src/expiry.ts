import * as messages from './messages.ts';

const DAY = 86_400_000;
/** docs: «Personal access tokens», expiration: the longest lifetime unless an administrator allows another. */
const MOST_DAYS = 365;

/**
 * The day at whose beginning a token ends, so that it lives for at least `ttl` milliseconds; within a year of it, the last day that GitLab
 * accepts.
 *
 * @throws {KeyturnError} `CONFIG_INVALID` for more than a year
 */
export function lastDay(now: number, ttl: number): string {
  if (!(Number.isFinite(ttl) && ttl > 0 && ttl <= MOST_DAYS * DAY))
    throw messages.ttlInvalid(ttl / DAY, MOST_DAYS);
  const today = Math.floor(now / DAY);
  const day = Math.min(Math.ceil((now + ttl) / DAY), today + MOST_DAYS);
  return new Date(day * DAY).toISOString().slice(0, 10);
}
