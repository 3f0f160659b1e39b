import { remember, Secret, type Environment } from '@keyturn/core';

import { ledgerKeyTooShort } from '../messages.ts';

const NAME = 'KEYTURN_LEDGER_KEY';
const LEAST = 32;

/**
 * The key that signs ledgers, if there is one. In CI, a secret that is not set becomes an empty variable.
 *
 * @throws {KeyturnError} `CONFIG_INVALID` for a key that is too short
 */
export function ledgerKey(env: Environment): Secret | undefined {
  const text = env[NAME]?.trim() ?? '';
  if (text === '') return undefined;
  if (text.length >= LEAST) {
    remember(text);
    return new Secret(text);
  }
  throw ledgerKeyTooShort(NAME, LEAST);
}
