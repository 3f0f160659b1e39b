import type { DefaultNames, Layout } from '@keyturn/core';

const pair = (id: string, token: string): Layout => ({ kind: 'pair', names: { id, token } });

/** The names that clients read and that users store, each as a whole credential. */
export const names: DefaultNames = {
  // pscale, setup-pscale-action, create-branch-action and the Terraform provider.
  pair: { id: 'PLANETSCALE_SERVICE_TOKEN_ID', token: 'PLANETSCALE_SERVICE_TOKEN' },
  joined: 'PLANETSCALE_CREDENTIAL',
  file: 'PLANETSCALE_ENV',
  slot: 'PLANETSCALE_SLOT',
  others: [
    // pscale --service-token-name (deprecated), and the Terraform provider before the id had its name.
    pair('PLANETSCALE_SERVICE_TOKEN_NAME', 'PLANETSCALE_SERVICE_TOKEN'),
    // planetscale_rails.
    pair('PSCALE_SERVICE_TOKEN_ID', 'PSCALE_SERVICE_TOKEN'),
    pair('PSCALE_SERVICE_TOKEN_NAME', 'PSCALE_SERVICE_TOKEN'),
    // The clients for Node and Ruby, and the integration of Vercel.
    pair('PLANETSCALE_TOKEN_NAME', 'PLANETSCALE_TOKEN'),
    // Names of users that no client reads.
    pair('PLANETSCALE_TOKEN_ID', 'PLANETSCALE_TOKEN'),
    pair('PSCALE_TOKEN_NAME', 'PSCALE_TOKEN'),
    pair('PSCALE_TOKEN_ID', 'PSCALE_TOKEN'),
    pair('PLANET_TOKEN_NAME', 'PLANET_TOKEN'),
    pair('PLANET_TOKEN_ID', 'PLANET_TOKEN'),
    // Variables of Terraform.
    pair('TF_VAR_planetscale_service_token_id', 'TF_VAR_planetscale_service_token'),
    pair('TF_VAR_planetscale_service_token_name', 'TF_VAR_planetscale_service_token'),
    // GitHub stores names in capitals.
    pair('TF_VAR_PLANETSCALE_SERVICE_TOKEN_ID', 'TF_VAR_PLANETSCALE_SERVICE_TOKEN'),
    pair('TF_VAR_PLANETSCALE_SERVICE_TOKEN_NAME', 'TF_VAR_PLANETSCALE_SERVICE_TOKEN'),
    // PlanetScale's MCP server and alchemy.
    { kind: 'joined', name: 'PLANETSCALE_API_TOKEN' },
  ],
  patterns: ['PSCALE_*'],
  readers: [
    // Flags of pscale in a script.
    { layout: pair('--service-token-id', '--service-token'), by: 'pscale' },
    { layout: pair('--service-token-name', '--service-token'), by: 'pscale' },
    {
      layout: pair('PLANETSCALE_SERVICE_TOKEN_ID', 'PLANETSCALE_SERVICE_TOKEN'),
      by: 'pscale and the Terraform provider',
    },
    {
      layout: pair('PLANETSCALE_SERVICE_TOKEN_NAME', 'PLANETSCALE_SERVICE_TOKEN'),
      by: 'older versions of pscale and of the Terraform provider',
    },
    {
      layout: pair('PSCALE_SERVICE_TOKEN_ID', 'PSCALE_SERVICE_TOKEN'),
      by: 'planetscale_rails',
    },
    {
      layout: pair('PLANETSCALE_TOKEN_NAME', 'PLANETSCALE_TOKEN'),
      by: "PlanetScale's clients for Node and Ruby",
    },
    {
      layout: { kind: 'joined', name: 'PLANETSCALE_API_TOKEN' },
      by: "PlanetScale's MCP server and alchemy",
    },
  ],
};
