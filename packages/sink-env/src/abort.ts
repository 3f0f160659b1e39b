import type { CallOptions } from '@keyturn/core';

import { interrupted } from './messages.ts';

/**
 * The result of a read, unless it is interrupted first: a network file system can hang, and operations on it cannot be
 * canceled. Not for writes, which would continue unnoticed.
 */
export function untilAborted<Result>(
  id: string,
  { signal }: CallOptions,
  look: Promise<Result>,
): Promise<Result> {
  return new Promise((resolve, reject) => {
    const onAbort = (): void => reject(interrupted(id));
    signal.addEventListener('abort', onAbort);
    look.then(resolve, reject).finally(() => signal.removeEventListener('abort', onAbort));
  });
}
