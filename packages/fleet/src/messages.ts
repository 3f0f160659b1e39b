import { KeyturnError, printable } from '@keyturn/core';

/** Everything that this package says to users: code, message and hint, side by side. */

export const databaseNeeded = (shown: string): KeyturnError =>
  new KeyturnError(
    'CONFIG_INVALID',
    `a fleet needs a PostgreSQL, and the ledgers are in ${shown}`,
    {
      hint: 'Set KEYTURN_STATE=postgres://USER@HOST/DATABASE, or state: in the configuration.',
      effect: 'none',
    },
  );

export const schemaTooLong = (schema: string): KeyturnError =>
  new KeyturnError('CONFIG_INVALID', `the schema ${schema} has too long a name for a fleet`, {
    hint: 'Use a name of at most 44 letters in the location (?schema=NAME).',
    effect: 'none',
  });

export const fleetUnknown = (where: string): KeyturnError =>
  new KeyturnError('USAGE_INVALID', `${where} has no fleet`, {
    hint: 'Schedule its rotations first: keyturn fleet schedule',
    effect: 'none',
  });

export const noConfigurations = (folder: string): KeyturnError =>
  new KeyturnError('USAGE_INVALID', `no folder in ${folder} has a configuration`, {
    hint: 'Put each configuration into a folder of its own there: NAME/keyturn.config.yaml.',
    effect: 'none',
  });

export const configurationGone = (name: string): KeyturnError =>
  new KeyturnError('CONFIG_INVALID', `this machine has no configuration ${printable(name, 200)}`, {
    hint: 'Give all workers the same configurations, then schedule again: keyturn fleet schedule',
    effect: 'none',
  });

export const rotationTwice = (rotation: string, first: string, second: string): KeyturnError =>
  new KeyturnError(
    'CONFIG_INVALID',
    `the configurations ${first} and ${second} both have a rotation ${rotation}`,
    { hint: 'Rename one of them: the ledgers of a fleet are in one place.', effect: 'none' },
  );

/** A rotation that failed because of a bug must not end the worker. */
export const unexpected = (rotation: string, name: string): KeyturnError =>
  new KeyturnError(
    'ADAPTER_FAILED',
    `${rotation}: stopped by an unexpected ${printable(name, 100)}; the ledger is consistent`,
    {
      hint: `Run it by hand, and report what it prints: keyturn rotate ${rotation} --debug`,
      effect: 'unknown',
    },
  );

// What a worker tells while it works.

export const databaseAway = (error: KeyturnError): string =>
  `${error.message}: no new rotation begins until it is back`;

export const databaseBack = (where: string): string => `${where} is back`;

export const draining = (running: number): string =>
  running === 0 ? 'stopping' : `stopping after ${running} running: interrupt again to stop at once`;

export const claimLost = (rotation: string): string =>
  `${rotation}: another worker has its job now; the run here is interrupted`;
