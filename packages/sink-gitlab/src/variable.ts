import { KeyturnError } from '@keyturn/core';

import type { Answer } from './client.ts';
import type { GitlabTarget } from './target.ts';

/** What GitLab shows of a stored variable. */
export interface StoredVariable {
  /** Undefined where it is hidden. */
  readonly value: string | undefined;
}

interface VariableData {
  readonly key?: unknown;
  readonly value?: unknown;
  readonly hidden?: unknown;
  readonly environment_scope?: unknown;
}

/**
 * Reads the variable in an answer.
 *
 * @throws {KeyturnError} `ANSWER_INVALID` where it is none, `REMOTE_REJECTED` where it is that of another environment: older
 * servers, and groups without the licence, ignore the scope that they are asked for
 */
export function readVariable(
  { id, scope }: GitlabTarget,
  name: string,
  { data, effect }: Answer,
): StoredVariable {
  const { key, value, hidden, environment_scope: found } = (data ?? {}) as VariableData;
  const isHidden = hidden === true && value === null;
  if (key !== name || (typeof value !== 'string' && !isHidden))
    throw new KeyturnError('ANSWER_INVALID', `${id}: the answer for ${name} is no variable`, {
      hint: 'Check that GITLAB_HOST is the address of a GitLab server.',
      effect,
    });
  if (scope !== undefined && found !== scope)
    throw new KeyturnError(
      'REMOTE_REJECTED',
      `${id}: GitLab gave another environment's ${name} than it was asked for`,
      {
        hint: 'Leave out scope where GitLab 16.9 or its Premium licence is missing, which scopes of group variables need.',
        effect,
      },
    );
  return { value: typeof value === 'string' ? value : undefined };
}

/** There is no such variable: certain, because a place that cannot be seen is told in other words. */
export function isMissing({ status, data }: Answer): boolean {
  const { message } = (data ?? {}) as { message?: unknown };
  return status === 404 && typeof message === 'string' && message.endsWith('Variable Not Found');
}
