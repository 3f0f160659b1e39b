import { json, type Answer } from '../../http/answer.ts';
import type { Call } from '../../http/call.ts';
import { failure } from './answers.ts';
import type { GitHubState } from './state.ts';

const HOUR = 3_600_000;

interface Quota {
  readonly limit: number;
  readonly used: number;
  readonly remaining: number;
  /** Seconds since the epoch. */
  readonly reset: number;
}

/** The answer to a request that comes after the last allowed one; undefined while some are left. */
export function spend(call: Call, state: GitHubState): Answer | undefined {
  const { rateLimit } = state.behaviour;
  if (rateLimit === undefined || call.path.endsWith('/rate_limit')) return undefined;
  const usage = usageOf(call, state);
  if (usage.used >= rateLimit) return failure(403, 'API rate limit exceeded for user ID 1.');
  usage.used += 1;
  return undefined;
}

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
  const { used, resetAt } = usageOf(call, state);
  return { limit, used, remaining: limit - used, reset: Math.ceil(resetAt / 1000) };
}

function usageOf(call: Call, state: GitHubState): { used: number; resetAt: number } {
  const time = state.runtime.clock();
  const key = call.headers.authorization ?? '';
  const existing = state.usage.get(key);
  if (existing !== undefined && time < existing.resetAt) return existing;
  const fresh = { used: 0, resetAt: time + HOUR };
  state.usage.set(key, fresh);
  return fresh;
}
