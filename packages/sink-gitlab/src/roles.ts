import { KeyturnError } from '@keyturn/core';

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
 * Explains a refusal by the role that the project shows. The role alone refuses nothing: a shared group or a role of the owner's own
 * making may allow more, and then the variables can be read.
 */
export function withRole(
  error: unknown,
  { id, level }: GitlabTarget,
  { role }: Pick<Owner, 'role'>,
): unknown {
  const isRefused = KeyturnError.is(error) && error.code === 'PERMISSION_DENIED';
  if (!isRefused || level !== 'project' || role === undefined || role >= MAINTAINER) return error;
  const name = ROLES[role] ?? String(role);
  return new KeyturnError(
    'PERMISSION_DENIED',
    `${id}: the token has the role ${name} in the project, and its variables need Maintainer`,
    { hint: 'Give it the role Maintainer there.', effect: 'none' },
  );
}
