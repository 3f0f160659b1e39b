import { forkVariables } from '@keyturn/ci';
import type { EnvironmentVariable } from '@keyturn/core';

/** What the program itself reads of the environment; adapters say what they read. */
export const environment: readonly EnvironmentVariable[] = [
  {
    name: 'KEYTURN_CONFIG',
    description: 'The configuration, where no --config names one.',
    secret: false,
  },
  {
    name: 'KEYTURN_STATE',
    description: 'Where ledgers live: a folder, .keyturn beside the configuration by default.',
    secret: true,
  },
  {
    name: 'KEYTURN_LEDGER_KEY',
    description:
      'Signs ledgers, and refuses those that are not signed with it; at least 32 characters.',
    secret: true,
  },
  {
    name: 'KEYTURN_TRUST',
    description:
      'Folders of other users whose configuration, adapters and ledgers are used all the same, separated as in PATH.',
    secret: false,
  },
  { name: 'KEYTURN_DEBUG', description: 'With 1, as --debug on every command.', secret: false },
  {
    name: forkVariables.join(', '),
    description: 'CI sets them: whether the job is that of a fork, which is as --untrusted.',
    secret: false,
  },
  { name: 'NO_COLOR', description: 'With any value, no colour.', secret: false },
  {
    name: 'HTTPS_PROXY, HTTP_PROXY, NO_PROXY',
    description: 'Through which proxy requests go, and which hosts need none.',
    secret: false,
  },
];
