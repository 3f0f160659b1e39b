import { isOfFork } from '@keyturn/ci';
import type { Environment } from '@keyturn/core';

import type { OptionSpec } from './spec.ts';

export const untrustedOption: OptionSpec = {
  flags: '--untrusted',
  description: 'do not trust the files here: run none, send nothing to their hosts',
};

/** Whether the files belong to somebody else: by the option, or because the job runs for a fork. */
export function isUntrusted(
  { untrusted }: { readonly untrusted?: boolean },
  env: Environment,
): boolean | Promise<boolean> {
  return untrusted === true || isOfFork(env);
}
