import type { Effect } from '@keyturn/core';

import type { Answer } from './client.ts';
import { scopeIgnored, variableInvalid } from './messages.ts';
import type { GitlabTarget } from './target.ts';

/** What GitLab shows of a stored variable. */
export interface StoredVariable {
  /** Undefined if it is hidden. */
  readonly value: string | undefined;
  /** Undefined for the instance, which has no environments, and for servers that do not show it. */
  readonly scope: string | undefined;
}

interface VariableData {
  readonly key?: unknown;
  readonly value?: unknown;
  readonly hidden?: unknown;
  readonly environment_scope?: unknown;
}

/**
 * Reads the variable in a response, whatever its scope.
 *
 * @throws {KeyturnError} `ANSWER_INVALID` if the response is not a variable
 */
export function readVariable(
  { id }: GitlabTarget,
  name: string,
  { data, effect }: Pick<Answer, 'data' | 'effect'>,
): StoredVariable {
  const { key, value, hidden, environment_scope: scope } = (data ?? {}) as VariableData;
  const isHidden = hidden === true && value === null;
  if (key !== name || (typeof value !== 'string' && !isHidden))
    throw variableInvalid(id, name, effect);
  return {
    value: typeof value === 'string' ? value : undefined,
    scope: typeof scope === 'string' ? scope : undefined,
  };
}

/**
 * Returns the variable if it has the scope of the target: older servers, and groups without the license, ignore the requested scope.
 *
 * @throws {KeyturnError} `REMOTE_REJECTED` if it has another scope
 */
export function inScope(
  { id, scope }: GitlabTarget,
  name: string,
  stored: StoredVariable,
  effect: Effect,
): StoredVariable {
  if (scope === undefined || stored.scope === scope) return stored;
  throw scopeIgnored(id, name, effect);
}

/** Whether the variable certainly does not exist: for a place that the token cannot see, GitLab uses other words. */
export function isMissing({ status, data }: Answer): boolean {
  const { message } = (data ?? {}) as { message?: unknown };
  return status === 404 && typeof message === 'string' && message.endsWith('Variable Not Found');
}

/** Whether a creation was rejected because the variable already exists. */
export function isTaken({ status, data }: Answer): boolean {
  const { message } = (data ?? {}) as { message?: unknown };
  const { key } = (typeof message === 'object' ? (message ?? {}) : {}) as { key?: unknown };
  return (
    status === 400 && Array.isArray(key) && key.some((text) => /already been taken/.test(`${text}`))
  );
}
