import type { Environment, StandardSchema } from '@keyturn/core';
import * as v from 'valibot';

import * as messages from './messages.ts';

/** docs: «IAM API Reference», CreateAccessKey, UserName. */
export const USER = /^[\w+=,.@-]{1,64}$/;
const ACCOUNT = /^\d{12}$/;

/** The options next to `kind: aws-iam` in the configuration. */
export interface AwsIamOptions {
  /** The name of the IAM user whose access keys are rotated, without its path. @default AWS_IAM_USER */
  readonly user?: string | undefined;
  /** The 12 digits of the account, in quotes. With it, keys of another account are never taken for this one's. */
  readonly account?: string | undefined;
}

export const optionsSchema: StandardSchema<AwsIamOptions> = v.optional(
  v.strictObject({
    user: v.optional(v.pipe(v.string(), v.regex(USER, messages.USER_INVALID))),
    account: v.optional(v.pipe(v.string(), v.regex(ACCOUNT, messages.ACCOUNT_INVALID))),
  }),
  {},
);

/** Whose keys an issuer is for. */
export interface Settings {
  readonly user: string;
  readonly account: string | undefined;
}

/** @throws {KeyturnError} `CONFIG_INVALID` */
export function settingsFrom({ user, account }: AwsIamOptions, env: Environment): Settings {
  const name = user ?? env['AWS_IAM_USER']?.trim() ?? '';
  if (!USER.test(name)) throw messages.userMissing(name !== '');
  return { user: name, account };
}
