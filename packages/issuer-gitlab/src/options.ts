import type { StandardSchema } from '@keyturn/core';
import * as v from 'valibot';

import { LEVELS, type Level } from './levels.ts';
import * as messages from './messages.ts';

/** The options next to `kind: gitlab-token` in the configuration: one of `project`, `group` and `personal` at the most. */
export interface GitlabTokenOptions {
  /** The path of the project that the tokens belong to, or its number. @default CI_PROJECT_PATH, unless there is a group or a user */
  readonly project?: string | undefined;
  /** The path of the group that the tokens belong to, or its number. */
  readonly group?: string | undefined;
  /** Personal tokens: of the user whose token is in GITLAB_TOKEN, or of the user with this name. */
  readonly personal?: true | string | undefined;
  /** What a first token may do. @default the scopes of the token that it replaces */
  readonly scopes?: readonly string[] | undefined;
  /** The role of a first token of a project or group. @default the role of the token that it replaces */
  readonly accessLevel?: Level | undefined;
}

const SEGMENT = /^(?!\.{1,2}$)(?!.*\.(?:git|atom)$)[\w.][\w.-]{0,254}$/i;
const NUMBER = /^[1-9]\d{0,17}$/;
const USER = /^[\w.][\w.-]{0,254}$/;
export const SCOPE = /^[a-z][a-z0-9_]{1,63}$/;

const path = (least: number) =>
  v.pipe(
    v.union([v.string(), v.number()]),
    v.transform(String),
    v.check((text) => isPath(text, least), messages.PATH_INVALID),
  );

export const optionsSchema: StandardSchema<GitlabTokenOptions> = v.optional(
  v.pipe(
    v.strictObject({
      project: v.optional(path(2)),
      group: v.optional(path(1)),
      personal: v.optional(
        v.union([v.literal(true), v.pipe(v.string(), v.regex(USER, messages.USER_INVALID))]),
      ),
      scopes: v.optional(v.array(v.pipe(v.string(), v.regex(SCOPE, messages.SCOPE_INVALID)))),
      accessLevel: v.optional(v.picklist(LEVELS, messages.LEVEL_INVALID)),
    }),
    v.check(
      ({ project, group, personal }) =>
        [project, group, personal].filter((one) => one !== undefined).length <= 1,
      messages.PLACE_AMBIGUOUS,
    ),
    v.check(
      ({ personal, accessLevel }) => personal === undefined || accessLevel === undefined,
      messages.LEVEL_OF_USER,
    ),
  ),
  {},
);

/** Whether a text names a project (with 2) or a group (with 1): by its path with at least so many parts, or by its number. */
export function isPath(text: string, least: number): boolean {
  if (NUMBER.test(text)) return true;
  const segments = text.split('/');
  return segments.length >= least && segments.every((segment) => SEGMENT.test(segment));
}
