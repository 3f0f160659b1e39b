import { access, constants } from 'node:fs/promises';

import { printable, type Environment } from '@keyturn/core';

import { isUnverified } from '../../output/unverified.ts';
import type { NetworkEvidence } from '../evidence.ts';

const PROXIES = ['HTTPS_PROXY', 'HTTP_PROXY'] as const;

/** Proxies and certificates in the environment. */
export async function lookAtNetwork(env: Environment): Promise<NetworkEvidence> {
  const read = (name: string): string => env[name.toLowerCase()] || env[name] || '';
  const file = env['NODE_EXTRA_CA_CERTS'] ?? '';
  return {
    proxies: PROXIES.filter((name) => read(name) !== '').map((variable) => ({
      variable,
      host: hostOf(read(variable)),
    })),
    isUnverified: isUnverified(env),
    exceptions: read('NO_PROXY') === '' ? undefined : printable(read('NO_PROXY'), 200),
    ...(file !== '' && {
      certificates: { file: printable(file), isReadable: await isReadable(file) },
    }),
  };
}

/** The URL of a proxy might contain a name and a password. */
function hostOf(url: string): string | undefined {
  if (!URL.canParse(url) || !/^https?:/.test(url)) return undefined;
  return printable(new URL(url).host, 100);
}

async function isReadable(file: string): Promise<boolean> {
  return access(file, constants.R_OK).then(
    () => true,
    () => false,
  );
}
