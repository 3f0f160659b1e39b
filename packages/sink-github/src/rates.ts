import type { RateLimits } from '@keyturn/core';

const MINUTE = 60_000;

/**
 * docs: «Rate limits for the REST API», «About secondary rate limits»: 900 points per minute, of which a write costs 5, and 80 requests per minute and
 * 500 per hour that create content. Whether secrets are content is not said: only POST is counted as that here. The number of requests per hour
 * depends on the plan, so it is taken from the headers. A GitHub Enterprise Server has no limits unless its administrator sets them.
 */
export const rates: RateLimits = {
  hosts: ['api.github.com'],
  credential: 'authorization',
  limits: [
    {
      points: 900,
      windowMs: MINUTE,
      costs: { GET: 1, HEAD: 1, OPTIONS: 1, POST: 5, PUT: 5, PATCH: 5, DELETE: 5 },
    },
    { points: 80, windowMs: MINUTE, costs: { POST: 1 } },
    { points: 500, windowMs: 60 * MINUTE, costs: { POST: 1 } },
  ],
};
