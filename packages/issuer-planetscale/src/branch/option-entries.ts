import * as v from 'valibot';

import * as messages from '../messages.ts';
import { commonEntries } from '../option-entries.ts';

export const NAME = /^[A-Za-z0-9][A-Za-z0-9_.-]{0,99}$/;

/** The options of every kind of credential that belongs to a branch. */
export const branchEntries = {
  ...commonEntries,
  database: v.optional(v.pipe(v.string(), v.regex(NAME, messages.NAME_INVALID))),
  branch: v.optional(v.pipe(v.string(), v.regex(NAME, messages.NAME_INVALID))),
};
