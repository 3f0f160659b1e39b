import { defineStore } from '@keyturn/core';

import { location } from './location.ts';
import { createS3Store } from './s3-store.ts';

/**
 * Keeps ledgers in an S3 bucket: objects that are created once and never changed, hash-chained, and locked against a second run.
 *
 * The location is `s3://BUCKET/PREFIX?endpoint=URL&region=REGION`; prefix, endpoint and region are optional.
 */
export const s3Store = defineStore({
  kind: 's3',
  options: location,
  env: [
    {
      name: 'AWS_ACCESS_KEY_ID',
      description: 'The access key for the bucket.',
      secret: false,
      pipeline: { secret: 'AWS_ACCESS_KEY_ID', about: 'an access key that may use the bucket' },
    },
    {
      name: 'AWS_SECRET_ACCESS_KEY',
      description: 'The secret of the access key.',
      secret: true,
      pipeline: { secret: 'AWS_SECRET_ACCESS_KEY', about: 'the secret of that access key' },
    },
    {
      name: 'AWS_SESSION_TOKEN',
      description: 'The session token, for temporary credentials.',
      secret: true,
    },
    {
      name: 'AWS_REGION',
      description: 'The region of the bucket, us-east-1 by default.',
      secret: false,
    },
    { name: 'AWS_DEFAULT_REGION', description: 'Used if AWS_REGION is not set.', secret: false },
    {
      name: 'AWS_ENDPOINT_URL_S3',
      description: 'The URL of an S3-compatible service, if the location has no endpoint.',
      secret: false,
    },
    {
      name: 'AWS_ENDPOINT_URL',
      description: 'Used if AWS_ENDPOINT_URL_S3 is not set.',
      secret: false,
    },
  ],
  connect: (where, context) => createS3Store({ location: where, context }),
});
