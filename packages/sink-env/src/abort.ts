import type { CallOptions } from '@keyturn/core';

import { interrupted } from './failure.ts';

/**
 * What a look finds, unless it is interrupted first: a file system behind a network may hang, and no operation on it can be
 * called off. Not for writes, which would go on unseen.
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
