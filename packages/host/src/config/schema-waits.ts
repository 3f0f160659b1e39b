import * as v from 'valibot';

import { duration, mapping } from './schema-parts.ts';

/** What a replaced token waits for before it is revoked. */
export const grace = v.pipe(
  v.union(
    [
      duration('How long a replaced token stays valid, such as 1h.'),
      mapping(
        v.strictObject({
          atLeast: duration('How long a replaced token stays valid at least, such as 1h.'),
          quietFor: duration(
            'How long it must not have been used before it is revoked, such as 30m.',
          ),
          atMost: duration('When it is revoked although it is still used, such as 24h.'),
        }),
      ),
    ],
    'must be a duration, or atLeast, quietFor and atMost',
  ),
  v.description(
    'How long a replaced token stays valid for jobs that run already: 1h, or { atLeast: 1h, quietFor: 30m, atMost: 24h } to wait until it is not used any more.',
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
    'Before a replaced token is revoked, a job in each CI has to use the new one: { timeout: 10m }.',
  ),
);
