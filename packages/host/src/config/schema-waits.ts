import * as v from 'valibot';

import { duration, mapping } from './schema-parts.ts';

/** When a replaced token is revoked. */
export const grace = v.pipe(
  v.union(
    [
      duration('How long a replaced token stays valid, such as 1h.'),
      mapping(
        v.strictObject({
          atLeast: duration('The minimum time that a replaced token stays valid, such as 1h.'),
          quietFor: duration('How long it must be unused before it is revoked, such as 30m.'),
          atMost: duration('When it is revoked even if it is still used, such as 24h.'),
        }),
      ),
    ],
    'must be a duration, or a mapping with atLeast, quietFor and atMost',
  ),
  v.description(
    'The grace period: how long a replaced token stays valid for jobs that already run, such as 1h, or { atLeast: 1h, quietFor: 30m, atMost: 24h } to wait until it is no longer used.',
  ),
);

export const canary = v.pipe(
  mapping(
    v.strictObject(
      {
        timeout: v.optional(duration('How long a job may take, such as 10m.'), '10m'),
      },
      'must be a mapping',
    ),
  ),
  v.description(
    'Before a replaced token is revoked, a job in each CI must work with the new one, such as { timeout: 10m }.',
  ),
);
