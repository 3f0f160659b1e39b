import { json, type Answer } from '../../http/answer.ts';
import type { Call } from '../../http/call.ts';
import type { Usage } from '../../http/usage.ts';
import { failure } from './answers.ts';
import type { GitHubState } from './state.ts';

interface Quota {
  readonly limit: number;
  readonly used: number;
  readonly remaining: number;
  /** Seconds since the epoch. */
  readonly reset: number;
}

/** The answer to a request that comes after the last allowed one; undefined while some are left. */
export function spend(call: Call, state: GitHubState): Answer | undefined {
  if (call.path.endsWith('/rate_limit')) return undefined;
  return spendPrimary(call, state) ?? spendSecondary(call, state);
}

function spendPrimary(call: Call, state: GitHubState): Answer | undefined {
  const { rateLimit } = state.behaviour;
  if (rateLimit === undefined) return undefined;
  const usage = state.usage(keyOf(call));
  if (usage.used >= rateLimit) return failure(403, 'API rate limit exceeded for user ID 1.');
  usage.used += 1;
  return undefined;
}

/** docs: the same page, "About secondary rate limits": of content-creating requests and of points in a minute; it may not say how long it lasts. */
function spendSecondary(call: Call, state: GitHubState): Answer | undefined {
  const { secondaryLimit, pointLimit } = state.behaviour;
  const isWrite = call.method !== 'GET';
  return (
    (isWrite ? spendOf(state.writes(keyOf(call)), 1, secondaryLimit, state) : undefined) ??
    spendOf(state.points(keyOf(call)), isWrite ? 5 : 1, pointLimit, state)
  );
}

function spendOf(
  usage: Usage,
  cost: number,
  limit: number | undefined,
  { behaviour, runtime }: GitHubState,
): Answer | undefined {
  if (limit === undefined) return undefined;
  usage.used += cost;
  if (usage.used <= limit) return undefined;
  const answer = failure(
    403,
    'You have exceeded a secondary rate limit. Please wait a few minutes before you try again.',
  );
  const seconds = Math.ceil((usage.resetAt - runtime.clock()) / 1000);
  return behaviour.secondaryWait === 'untold'
    ? answer
    : { ...answer, headers: { ...answer.headers, 'retry-after': String(seconds) } };
}

const keyOf = (call: Call): string => call.headers.authorization ?? '';

/** docs: rest/using-the-rest-api/rate-limits-for-the-rest-api, "Checking the status of your rate limit". */
export function rateLimitHeaders(call: Call, state: GitHubState): Record<string, string> {
  const { limit, remaining, used, reset } = quotaOf(call, state);
  return {
    'x-ratelimit-limit': String(limit),
    'x-ratelimit-remaining': String(remaining),
    'x-ratelimit-used': String(used),
    'x-ratelimit-reset': String(reset),
    'x-ratelimit-resource': 'core',
  };
}

/** The quota, which costs nothing to look at. */
export function getRateLimit(call: Call, state: GitHubState): Answer {
  const core = quotaOf(call, state);
  return json(200, { resources: { core }, rate: core });
}

function quotaOf(call: Call, state: GitHubState): Quota {
  const limit = state.behaviour.rateLimit ?? 5000;
  const { used, resetAt } = state.usage(keyOf(call));
  return {
    limit,
    used,
    remaining: limit - used,
    reset: Math.ceil((resetAt + state.runtime.clocks.settings.frontOffsetMs) / 1000),
  };
}
