import { KeyturnError, printable } from '@keyturn/core';

/**
 * Whose code a command may load, beside the program's own. `any`: the adapters that the project depends on, and modules of the
 * user's. `store`: for commands that only read ledgers, the adapter of the store. `own`: for untrusted files, nothing.
 */
export type Code = 'any' | 'store' | 'own';

const MOST = 10;

/** What an untrusted run cannot have, in one line. */
export function untrusted(needs: readonly string[]): KeyturnError {
  const shown = needs.slice(0, MOST).map((need) => printable(need, 200));
  const more = needs.length > MOST ? ` and ${needs.length - MOST} more` : '';
  return new KeyturnError(
    'USAGE_INVALID',
    `the files here are not trusted, so this is not loaded, run or asked: ${shown.join(', ')}${more}`,
    {
      hint: 'Review the change, and run this where it is merged, without --untrusted.',
      effect: 'none',
    },
  );
}
