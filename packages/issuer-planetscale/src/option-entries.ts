import * as v from 'valibot';

import * as messages from './messages.ts';

export const ORGANIZATION = /^[A-Za-z0-9][A-Za-z0-9_-]{0,99}$/;

/** The options of every kind. */
export const commonEntries = {
  org: v.optional(v.pipe(v.string(), v.regex(ORGANIZATION, messages.ORGANIZATION_INVALID))),
  apiUrl: v.optional(v.string()),
};
