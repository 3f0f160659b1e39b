import { isOfFork } from '@keyturn/ci';
import type { Environment } from '@keyturn/core';

import type { OptionSpec } from './spec.ts';

export const untrustedOption: OptionSpec = {
  flags: '--untrusted',
  description: 'the files here are not yours: run none of them, ask no address of theirs',
};

/** Whether the files are somebody else's: by the option, or because the job is that of a fork. */
export function isUntrusted(
  { untrusted }: { readonly untrusted?: boolean },
  env: Environment,
): boolean | Promise<boolean> {
  return untrusted === true || isOfFork(env);
}
