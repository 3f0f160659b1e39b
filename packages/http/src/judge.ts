import type { Random } from '@keyturn/core';

import { explain } from './failure.ts';
import type { Settings } from './options.ts';
import { limitedBy, retryAfterOf } from './rate-limit.ts';
import type { Answer, Failure } from './send.ts';

const BACKOFF = { first: 500, most: 15_000 };
/** For a rate limit of unknown length; limits are counted per minute (docs: PlanetScale, rate limits). */
const LIMIT_BACKOFF = { first: 8_000, most: 64_000 };
const SAFE = new Set(['GET', 'HEAD', 'OPTIONS']);
const IDEMPOTENT = new Set([...SAFE, 'PUT', 'DELETE']);

/** Whether a request is read-only. */
export function isSafe(method: string): boolean {
  return SAFE.has(method);
}

/** Whether a request may be sent again even if it may have been processed. */
export function isRepeatable(method: string, asked: boolean | undefined): boolean {
  return asked ?? IDEMPOTENT.has(method);
}

/** The result of one try. `unprocessed`: it is certain that the server did nothing. */
export type Verdict =
  | { readonly type: 'done' }
  | { readonly type: 'again'; readonly wait: number; readonly unprocessed: boolean }
  | { readonly type: 'limited'; readonly until: number | undefined; readonly jitter: number };

/** Decides from one try whether to retry, and when. `attempt` is 1 for the first try. */
export function judge(
  result: Answer | Failure,
  request: { readonly method: string; readonly repeatable: boolean },
  attempt: number,
  now: number,
  settings: Settings,
): Verdict {
  const { random, maxWaitMs } = settings;
  if (!result.ok) {
    const again = !result.sent || request.repeatable;
    return again && explain(result.cause, settings).passing
      ? { type: 'again', wait: backoff(attempt, random, BACKOFF), unprocessed: !result.sent }
      : { type: 'done' };
  }
  const limited = limitedBy(result, now);
  if (limited !== undefined) {
    const { until } = limited;
    const jitter = backoff(attempt, random, until === undefined ? LIMIT_BACKOFF : BACKOFF);
    return { type: 'limited', until, jitter };
  }
  const retryAt = result.status === 503 ? retryAfterOf(result, now) : undefined;
  if (retryAt !== undefined) {
    const wait = Math.max(retryAt - now, 0) + backoff(attempt, random, BACKOFF);
    return wait > maxWaitMs ? { type: 'done' } : { type: 'again', wait, unprocessed: true };
  }
  const { status } = result;
  const passing =
    status === 502 ||
    status === 503 ||
    status === 504 ||
    (status === 500 && isSafe(request.method));
  return passing && request.repeatable
    ? { type: 'again', wait: backoff(attempt, random, BACKOFF), unprocessed: false }
    : { type: 'done' };
}

/** Full jitter: a random wait up to a bound that doubles, so that many clients do not retry at the same time. */
function backoff(
  attempt: number,
  random: Random,
  { first, most }: { readonly first: number; readonly most: number },
): number {
  return Math.floor(random() * Math.min(most, first * 2 ** (attempt - 1)));
}
