import { forkVariables } from '@keyturn/ci';
import type { EnvironmentVariable } from '@keyturn/core';

/** The variables that the program itself reads; adapters declare their own. */
export const environment: readonly EnvironmentVariable[] = [
  {
    name: 'KEYTURN_CONFIG',
    description: 'The configuration file, unless --config is given.',
    secret: false,
  },
  {
    name: 'KEYTURN_STATE',
    description:
      'Where the ledgers are: a folder, git:REMOTE#BRANCH, git+https://…, postgres://… or s3://…; by default .keyturn next to the configuration.',
    secret: true,
  },
  {
    name: 'KEYTURN_LEDGER_KEY',
    description:
      'The key that signs ledgers; ledgers without its signature are rejected. At least 32 characters.',
    secret: true,
  },
  {
    name: 'KEYTURN_TRUST',
    description:
      'Folders of other users whose configuration, adapters and ledgers are trusted, separated as in PATH.',
    secret: false,
  },
  {
    name: 'KEYTURN_LIMITED_HOSTS',
    description:
      'Hosts of your own servers, separated by commas, that limit requests as those of the platform do: ghe.example.com.',
    secret: false,
  },
  {
    name: 'KEYTURN_DEBUG',
    description: 'If 1, the same as --debug for every command.',
    secret: false,
  },
  {
    name: forkVariables.join(', '),
    description: 'Set by CI: a job of a fork runs as with --untrusted.',
    secret: false,
  },
  { name: 'NO_COLOR', description: 'If set, no colors.', secret: false },
  {
    name: 'FORCE_COLOR',
    description: 'If set, colors also without a terminal, such as in the log of a job; 0 for none.',
    secret: false,
  },
  {
    name: 'HTTPS_PROXY, HTTP_PROXY, NO_PROXY',
    description: 'The proxy for requests, and the hosts that are reached without it.',
    secret: false,
  },
];
