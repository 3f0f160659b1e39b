import type { RateLimits } from '@keyturn/core';

/** docs: PlanetScale API, «Rate limits»: 600 requests per minute. What is counted together is not said, so everything is; nor are there headers. */
export const rates: RateLimits = {
  hosts: ['api.planetscale.com'],
  limits: [{ points: 600, windowMs: 60_000 }],
};
