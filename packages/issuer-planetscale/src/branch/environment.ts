import type { EnvironmentVariable, IssuerAccount, IssuerSetting, LeakForm } from '@keyturn/core';

import { NAME } from './option-entries.ts';

/** The variables of the token that manages a branch's credentials: the same as those of the kind `planetscale`. */
export const environment = (accesses: string): readonly EnvironmentVariable[] => [
  {
    name: 'PLANETSCALE_SERVICE_TOKEN_ID',
    description: `The id of the service token that manages them.`,
    secret: false,
    pipeline: {
      secret: 'KEYTURN_PLANETSCALE_TOKEN_ID',
      about: 'the id of a service token for keyturn alone, and',
    },
  },
  {
    name: 'PLANETSCALE_SERVICE_TOKEN',
    description: 'Its secret.',
    secret: true,
    pipeline: { secret: 'KEYTURN_PLANETSCALE_TOKEN', about: `its secret: with ${accesses}` },
  },
  {
    name: 'PLANETSCALE_API_TOKEN',
    description: "A person's login, used if no service token is set.",
    secret: true,
  },
  { name: 'PLANETSCALE_ORG', description: 'The organization.', secret: false },
  {
    name: 'PLANETSCALE_API_URL',
    description: 'The API without /v1, by default https://api.planetscale.com.',
    secret: false,
  },
];

export const account: IssuerAccount = {
  option: 'org',
  variable: 'PLANETSCALE_ORG',
  title: 'the organization at PlanetScale',
  valid: /^[\w-]+$/,
};

/** Whose branch it is. */
export const settings: readonly IssuerSetting[] = [
  { option: 'database', title: 'the database at PlanetScale', valid: NAME },
  { option: 'branch', title: 'the branch of the database', valid: NAME, usual: 'main' },
];

/** The passwords of branches and of roles look alike. docs: Postgres, connecting. */
export const leaks: readonly LeakForm[] = [
  { prefix: 'pscale_pw_', pattern: 'pscale_pw_[A-Za-z0-9_=.-]{16,}' },
];
