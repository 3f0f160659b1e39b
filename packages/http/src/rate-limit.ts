import type { Budget } from './options.ts';
import type { Answer } from './send.ts';

const EPOCH_SECONDS = 1_000_000_000;
const SECONDARY_WAIT = 60_000;
/** Milliseconds by which clocks may differ. A `Date` that is further away is not of the clock that counts. */
const PLAUSIBLE = 600_000;

/** A rate limit, and until when it lasts if the response says so, in milliseconds since the epoch. */
export interface Limited {
  readonly until: number | undefined;
}

/**
 * Recognizes a rate limit among other refusals; undefined if it is not one.
 *
 * GitHub answers 403 or 429, with `x-ratelimit-remaining: 0`, with `retry-after`, or with only a message about its secondary
 * limit, which asks clients to wait a minute (docs: REST API, rate limits). GitLab and CircleCI answer 429.
 */
export function limitedBy(answer: Answer, now: number): Limited | undefined {
  const retryAfter = retryAfterOf(answer, now);
  if (answer.status === 429) return { until: retryAfter ?? resetOf(answer, now) };
  if (answer.status !== 403) return undefined;
  if (retryAfter !== undefined) return { until: retryAfter };
  if (numberOf(answer, 'remaining') === 0) return { until: resetOf(answer, now) };
  const secondary = answer.body.toString('latin1', 0, 4096).includes('secondary rate limit');
  return secondary ? { until: now + SECONDARY_WAIT } : undefined;
}

/** The rate limit's budget after a response; undefined if the response does not show it. */
export function budgetOf(answer: Answer, now: number): Budget | undefined {
  const [limit, remaining] = [numberOf(answer, 'limit'), numberOf(answer, 'remaining')];
  const resetAt = resetOf(answer, now);
  const name = header(answer, 'x-ratelimit-resource') ?? header(answer, 'ratelimit-name');
  if (limit === undefined && remaining === undefined) return undefined;
  return {
    ...(limit !== undefined && { limit }),
    ...(remaining !== undefined && { remaining }),
    ...(resetAt !== undefined && { resetAt }),
    ...(name !== undefined && { name }),
  };
}

/** When a response was made, by the server's own clock. */
export function dateOf(answer: Answer): number | undefined {
  const at = Date.parse(header(answer, 'date') ?? '');
  return Number.isNaN(at) ? undefined : at;
}

/** `Retry-After`, as seconds or as a date. */
export function retryAfterOf(answer: Answer, now: number): number | undefined {
  const text = header(answer, 'retry-after');
  if (text === undefined) return undefined;
  if (/^\d+(\.\d+)?$/.test(text)) return now + Number(text) * 1000;
  const date = Date.parse(text);
  return Number.isNaN(date) ? undefined : date;
}

/** `Retry-After` as a date; undefined if it is missing, or a number of seconds. */
export function dateIn(retryAfter: string | null): number | undefined {
  if (retryAfter === null || !/[a-z]/i.test(retryAfter)) return undefined;
  const date = Date.parse(retryAfter);
  return Number.isNaN(date) ? undefined : date;
}

/** GitHub and GitLab send seconds since the epoch, by their own clock; CircleCI sends seconds from now, which is a small number. */
function resetOf(answer: Answer, now: number): number | undefined {
  const text = header(answer, 'x-ratelimit-reset') ?? header(answer, 'ratelimit-reset');
  if (text === undefined || !/^\d+(\.\d+)?$/.test(text)) return undefined;
  const number = Number(text);
  if (number < EPOCH_SECONDS) return now + number * 1000;
  const behind = (dateOf(answer) ?? now) - now;
  return number * 1000 - (Math.abs(behind) < PLAUSIBLE ? behind : 0);
}

function numberOf(answer: Answer, what: 'limit' | 'remaining'): number | undefined {
  const text = header(answer, `x-ratelimit-${what}`) ?? header(answer, `ratelimit-${what}`);
  return text === undefined || !/^\d{1,15}$/.test(text) ? undefined : Number(text);
}

function header(answer: Answer, name: string): string | undefined {
  const value = answer.headers[name];
  return (Array.isArray(value) ? value[0] : value)?.trim();
}
