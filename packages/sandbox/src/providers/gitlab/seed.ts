import { daysBefore, hexadecimal, plaintext } from '../../plaintext.ts';
import { seededIds, seededToken } from '../planetscale/seed.ts';
import type { GitLabWorld, VariableWorld } from './world.ts';

/** Project acme/infra in group acme: the token ci-gitlab in two scopes, among neighbours of every kind, and an access token. */
export function gitlabSeed(now: number): GitLabWorld {
  const credential = (environment_scope: string): VariableWorld[] => [
    { key: 'PLANETSCALE_SERVICE_TOKEN_ID', value: seededIds.gitlab, environment_scope },
    {
      key: 'PLANETSCALE_SERVICE_TOKEN',
      value: seededToken('ci-gitlab'),
      masked: true,
      raw: true,
      environment_scope,
      description: 'Deploys the databases',
    },
  ];
  return {
    'acme/infra': {
      id: 4217,
      topics: ['terraform'],
      hasCanary: true,
      variables: [
        ...credential('*'),
        ...credential('production'),
        { key: 'DEPLOY_KEY', value: plaintext('acme/infra DEPLOY_KEY'), hidden: true },
        { key: 'REGION', value: 'eu-west' },
        { key: 'REGION', value: 'eu-north', environment_scope: 'review/*' },
        {
          key: 'KUBECONFIG',
          value: `apiVersion: v1\ntoken: ${plaintext('acme/infra KUBECONFIG')}\n`,
          variable_type: 'file',
          protected: true,
          environment_scope: 'production',
        },
      ],
      accessTokens: [
        {
          id: 812,
          token: `glpat-${plaintext('ci-infra').slice(0, 20)}`,
          name: 'ci-infra',
          description: 'Applies the infrastructure',
          scopes: ['api', 'read_repository'],
          accessLevel: 40,
          userId: 345,
          createdAt: daysBefore(now, 120),
          expiresAt: daysBefore(now, -200).slice(0, 10),
          lastUsedAt: daysBefore(now, 1),
        },
      ],
    },
    groups: {
      acme: {
        id: 93,
        variables: [{ key: 'NPM_TOKEN', value: plaintext('acme NPM_TOKEN'), masked: true }],
      },
    },
    instance: { variables: [{ key: 'PROXY', value: 'http://proxy.acme.example:3128' }] },
    tokens: [{ token: `glpat-${hexadecimal('gitlab', 20)}`, scopes: ['api'], admin: true }],
  };
}
