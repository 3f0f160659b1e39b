import type { RateLimits } from '@keyturn/core';

const MINUTE = 60_000;

/**
 * docs: «Rate limits on GitLab.com»: 2,000 authenticated requests per minute and user, and 400 for a project or a group itself, of which no header
 * tells. A server of one's own has no limits unless its administrator sets them; the headers tell of most.
 */
export const rates: RateLimits = {
  hosts: ['gitlab.com'],
  credential: 'authorization',
  limits: [
    { points: 2000, windowMs: MINUTE },
    { points: 400, windowMs: MINUTE, costs: { GET: 1 }, path: /\/projects\/[^/]+$/ },
    { points: 400, windowMs: MINUTE, costs: { GET: 1 }, path: /\/groups\/[^/]+$/ },
  ],
};
