import { KeyturnError, type Effect } from '@keyturn/core';

import type { Answer } from './client.ts';
import type { GitlabTarget } from './target.ts';

/** What GitLab shows of a stored variable. */
export interface StoredVariable {
  /** Undefined if it is hidden. */
  readonly value: string | undefined;
  /** Undefined for the instance, which knows no environments, and for servers that do not say. */
  readonly scope: string | undefined;
}

interface VariableData {
  readonly key?: unknown;
  readonly value?: unknown;
  readonly hidden?: unknown;
  readonly environment_scope?: unknown;
}

/**
 * Reads the variable in an answer, of whatever scope.
 *
 * @throws {KeyturnError} `ANSWER_INVALID` if there is none
 */
export function readVariable(
  { id }: GitlabTarget,
  name: string,
  { data, effect }: Pick<Answer, 'data' | 'effect'>,
): StoredVariable {
  const { key, value, hidden, environment_scope: scope } = (data ?? {}) as VariableData;
  const isHidden = hidden === true && value === null;
  if (key !== name || (typeof value !== 'string' && !isHidden))
    throw new KeyturnError('ANSWER_INVALID', `${id}: the answer for ${name} is not a variable`, {
      hint: 'Check that GITLAB_HOST is the address of a GitLab server.',
      effect,
    });
  return {
    value: typeof value === 'string' ? value : undefined,
    scope: typeof scope === 'string' ? scope : undefined,
  };
}

/**
 * The variable itself, if it is of the target's scope: older servers, and groups without the licence, ignore the scope that they
 * are asked for.
 *
 * @throws {KeyturnError} `REMOTE_REJECTED` for that of another scope
 */
export function inScope(
  { id, scope }: GitlabTarget,
  name: string,
  stored: StoredVariable,
  effect: Effect,
): StoredVariable {
  if (scope === undefined || stored.scope === scope) return stored;
  throw new KeyturnError(
    'REMOTE_REJECTED',
    `${id}: GitLab gave another environment's ${name} than it was asked for`,
    {
      hint: 'Leave out scope if GitLab 16.9 or its Premium licence is missing, which scopes of group variables need.',
      effect,
    },
  );
}

/** There is no such variable: certain, because a place that cannot be seen is told in other words. */
export function isMissing({ status, data }: Answer): boolean {
  const { message } = (data ?? {}) as { message?: unknown };
  return status === 404 && typeof message === 'string' && message.endsWith('Variable Not Found');
}

/** A creation was refused because there is such a variable already. */
export function isTaken({ status, data }: Answer): boolean {
  const { message } = (data ?? {}) as { message?: unknown };
  const { key } = (typeof message === 'object' ? (message ?? {}) : {}) as { key?: unknown };
  return (
    status === 400 && Array.isArray(key) && key.some((text) => /already been taken/.test(`${text}`))
  );
}
