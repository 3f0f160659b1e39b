import type { RateLimits } from '@keyturn/core';

/** docs: «API developer's guide», «Rate limits»: no number is published, only headers tell; they are about one token. */
export const rates: RateLimits = { hosts: [], credential: 'circle-token', limits: [] };
