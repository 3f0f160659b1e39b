import { generateKeyPairSync } from 'node:crypto';

import type { AdapterContext } from '@keyturn/core';
import type { GitHubInstallationWorld, Sandbox, World } from '@keyturn/sandbox';

import { github } from './world.ts';

const pair = generateKeyPairSync('rsa', { modulusLength: 2048 });
const publicKey = String(pair.publicKey.export({ type: 'spki', format: 'pem' }));

/** The private key, as GitHub hands it out. */
export const PEM = String(pair.privateKey.export({ type: 'pkcs1', format: 'pem' }));
/** A line of it that no error may show. */
export const KEY_LINE = PEM.split('\n')[3] ?? '';
export const APP_ID = '123456';

const permissions = {
  metadata: 'read',
  secrets: 'write',
  environments: 'write',
  dependabot_secrets: 'write',
  codespaces_secrets: 'write',
  actions_variables: 'write',
  organization_secrets: 'write',
  organization_dependabot_secrets: 'write',
  organization_codespaces_secrets: 'write',
  organization_actions_variables: 'write',
} as const;

/** A world that has no tokens, only an App. */
export function appWorld(
  installation: Partial<GitHubInstallationWorld> = {},
): NonNullable<World['github']> {
  const installations = [{ id: 42, account: 'acme', permissions, ...installation }];
  const apps = [{ id: Number(APP_ID), clientId: 'Iv23liCanary', publicKey, installations }];
  return { ...github, tokens: [], apps };
}

export function appEnv(url: string, changes: AdapterContext['env'] = {}): AdapterContext['env'] {
  return {
    GITHUB_API_URL: url,
    GITHUB_APP_ID: APP_ID,
    GITHUB_APP_PRIVATE_KEY: PEM,
    ...changes,
  };
}

/** The tokens that were made so far. */
export function tokensMade(sandbox: Sandbox): readonly string[] {
  return (sandbox.state().github?.tokens ?? []).map(({ token }) => token);
}
