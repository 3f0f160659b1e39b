import { generateKeyPairSync } from 'node:crypto';

const { publicKey, privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
const permissions = { metadata: 'read', secrets: 'write' };

/** A GitHub App, as the world holds it. */
export const app = {
  id: 7,
  publicKey: String(publicKey.export({ type: 'spki', format: 'pem' })),
  installations: [{ id: 42, account: 'acme', permissions }],
};

/** What its owner has. */
export const appEnv = {
  GITHUB_APP_ID: '7',
  GITHUB_APP_PRIVATE_KEY: String(privateKey.export({ type: 'pkcs8', format: 'pem' })),
};
