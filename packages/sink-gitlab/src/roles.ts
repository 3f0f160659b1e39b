import { KeyturnError } from '@keyturn/core';

import { roleTooLow } from './messages.ts';
import type { Owner } from './owner.ts';
import type { GitlabTarget } from './target.ts';

/** docs: «Project members API», roles. */
const ROLES: Readonly<Record<number, string>> = {
  5: 'Minimal Access',
  10: 'Guest',
  15: 'Planner',
  20: 'Reporter',
  30: 'Developer',
};
const MAINTAINER = 40;

/**
 * Explains a denied read with the role that the project shows. The role alone proves nothing: a shared group or a custom role might allow
 * more, and then the variables can be read.
 */
export function withRole(
  error: unknown,
  { id, level }: GitlabTarget,
  { role }: Pick<Owner, 'role'>,
): unknown {
  const isRefused = KeyturnError.is(error) && error.code === 'PERMISSION_DENIED';
  if (!isRefused || level !== 'project' || role === undefined || role >= MAINTAINER) return error;
  return roleTooLow(id, ROLES[role] ?? String(role));
}
