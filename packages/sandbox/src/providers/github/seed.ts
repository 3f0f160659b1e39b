import { daysBefore, hexadecimal, plaintext } from '../../plaintext.ts';
import { seededIds, seededToken } from '../planetscale/seed.ts';
import type { GitHubWorld, ItemsWorld } from './world.ts';

/** Repositories acme/web, acme/api and acme/docs; two places hold the token ci-github, each beside a neighbour. */
export function githubSeed(now: number): GitHubWorld {
  const time = daysBefore(now, 120);
  const items = (values: Readonly<Record<string, string>>): ItemsWorld =>
    Object.fromEntries(
      Object.entries(values).map(([name, value]) => [
        name,
        { value, createdAt: time, updatedAt: time },
      ]),
    );
  const credential = {
    PLANETSCALE_SERVICE_TOKEN_ID: seededIds.github,
    PLANETSCALE_SERVICE_TOKEN: seededToken('ci-github'),
  };
  return {
    'acme/web': {
      hasCanary: true,
      topics: ['service', 'node'],
      actions: items({ ...credential, DEPLOY_KEY: plaintext('acme/web DEPLOY_KEY') }),
      variables: items({ REGION: 'eu-west' }),
    },
    'acme/api': {
      hasCanary: true,
      topics: ['service'],
      actions: items({ REGISTRY_TOKEN: plaintext('acme/api REGISTRY_TOKEN') }),
      environments: {
        production: items({ ...credential, DEPLOY_KEY: plaintext('acme/api DEPLOY_KEY') }),
      },
    },
    'acme/docs': {
      private: false,
      topics: ['documentation'],
      actions: items({ PAGES_TOKEN: plaintext('acme/docs PAGES_TOKEN') }),
    },
    organizations: { acme: {} },
    tokens: [
      {
        token: `ghp_${hexadecimal('github', 36)}`,
        kind: 'classic',
        login: 'ada',
        scopes: ['repo', 'admin:org', 'read:org', 'codespace'],
      },
    ],
  };
}
