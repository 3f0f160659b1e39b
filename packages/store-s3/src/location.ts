import type { SchemaResult, StandardSchema } from '@keyturn/core';

import {
  BUCKET_INVALID,
  LOCATION_INVALID,
  LOCATION_WITH_CREDENTIALS,
  optionUnknown,
  PREFIX_INVALID,
} from './messages.ts';

/** What `s3://BUCKET/PREFIX?endpoint=…&region=…` says. */
export interface Location {
  readonly bucket: string;
  /** Without slashes at its ends; can be empty. */
  readonly prefix: string;
  readonly endpoint: string | undefined;
  readonly region: string | undefined;
}

const FORM = /^s3:\/\/([^/?#]*)(?:\/([^?#]*))?(?:\?([^#]*))?$/i;
const BUCKET = /^[a-z0-9][a-z0-9._-]{1,61}[a-z0-9]$/i;
/** Only characters that no client and no server encodes: what one of them would encode otherwise spoils a signature. */
const PREFIX = /^(?:[a-z0-9_-][a-z0-9._-]*(?:\/[a-z0-9_-][a-z0-9._-]*)*)?$/i;
const LONGEST_PREFIX = 400;

export const location: StandardSchema<Location> = {
  '~standard': {
    version: 1,
    vendor: 'keyturn',
    validate(value): SchemaResult<Location> {
      const result = typeof value === 'string' ? parseLocation(value) : LOCATION_INVALID;
      return typeof result === 'string' ? { issues: [{ message: result }] } : { value: result };
    },
  },
};

/** The location, or what is wrong with it: without any part of it that could be a password. */
export function parseLocation(text: string): Location | string {
  const [whole, bucket = '', path = '', query = ''] = FORM.exec(text) ?? [];
  if (whole === undefined) return LOCATION_INVALID;
  if (/[@:]/.test(bucket)) return LOCATION_WITH_CREDENTIALS;
  if (!BUCKET.test(bucket) || bucket.includes('..')) return BUCKET_INVALID;
  const prefix = path.replace(/\/$/, '');
  if (!PREFIX.test(prefix) || prefix.length > LONGEST_PREFIX) return PREFIX_INVALID;
  const options = new URLSearchParams(query);
  for (const name of options.keys())
    if (name !== 'endpoint' && name !== 'region') return optionUnknown(name);
  const read = (name: string): string | undefined => options.get(name)?.trim() || undefined;
  return { bucket, prefix, endpoint: read('endpoint'), region: read('region') };
}

/** The location as messages name it. */
export function describeLocation({ bucket, prefix }: Location): string {
  return prefix === '' ? `s3://${bucket}` : `s3://${bucket}/${prefix}`;
}
