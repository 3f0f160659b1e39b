import type { StandardSchema } from '@keyturn/core';
import * as v from 'valibot';

import * as messages from './messages.ts';

/** docs: «IAM API Reference», CreateAccessKey, UserName. */
const USER = /^[\w+=,.@-]{1,64}$/;
const ACCOUNT = /^\d{12}$/;

/** The options next to `kind: aws-iam` in the configuration. */
export interface AwsIamOptions {
  /** The name of the IAM user whose access keys are rotated. */
  readonly user: string;
  /** The 12 digits of the account, in quotes. With it, keys of another account are never taken for this one's. */
  readonly account?: string | undefined;
}

export const optionsSchema: StandardSchema<AwsIamOptions> = v.strictObject({
  user: v.pipe(v.string(), v.regex(USER, messages.USER_INVALID)),
  account: v.optional(v.pipe(v.string(), v.regex(ACCOUNT, messages.ACCOUNT_INVALID))),
});
