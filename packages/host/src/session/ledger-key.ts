import { KeyturnError, remember, Secret, type Environment } from '@keyturn/core';

const NAME = 'KEYTURN_LEDGER_KEY';
const LEAST = 32;

/**
 * The key that ledgers are signed with, if there is one. An empty variable is what CI makes of a secret that is not set.
 *
 * @throws {KeyturnError} `CONFIG_INVALID` for one that could be guessed
 */
export function ledgerKey(env: Environment): Secret | undefined {
  const text = env[NAME]?.trim() ?? '';
  if (text === '') return undefined;
  if (text.length >= LEAST) {
    remember(text);
    return new Secret(text);
  }
  throw new KeyturnError('CONFIG_INVALID', `${NAME} is shorter than ${LEAST} characters`, {
    hint: 'Make one that nobody guesses: openssl rand -base64 32',
    effect: 'none',
  });
}
