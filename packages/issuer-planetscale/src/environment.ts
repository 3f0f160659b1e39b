import type { EnvironmentVariable, IssuerAccount } from '@keyturn/core';

/**
 * The variables of the token that keyturn acts with.
 *
 * @param managed what it manages, in words
 * @param accesses what it has to be allowed to do, in words
 */
export const environment = (managed: string, accesses: string): readonly EnvironmentVariable[] => [
  {
    name: 'PLANETSCALE_SERVICE_TOKEN_ID',
    description: `The id of the service token that manages ${managed}.`,
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
