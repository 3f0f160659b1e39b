import { plaintext } from '../../plaintext.ts';
import type { S3World } from './world.ts';

/** The key of the account's administrator. */
export const seededKey = {
  accessKeyId: 'AKIAACMEKEYTURN00001',
  secretAccessKey: plaintext('s3 acme').slice(0, 40),
} as const;

/** One empty bucket, and an access key that may do everything. */
export function s3Seed(): S3World {
  return {
    region: 'us-east-1',
    buckets: { 'acme-keyturn': {} },
    keys: [seededKey],
  };
}
