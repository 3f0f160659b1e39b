import type { AdapterContext, GitRemote } from '@keyturn/core';

import { apiUrl } from './connection.ts';

/** Infers the repository: the one that CI runs for, otherwise the one that git fetches `origin` from. */
export async function inferTarget({ env, gitRemote }: AdapterContext): Promise<string | undefined> {
  const repository = env['GITHUB_REPOSITORY'] || repositoryOf(await gitRemote?.(), apiUrl(env));
  return repository === undefined ? undefined : `github:${repository}`;
}

/** Reads OWNER/REPO from a remote on the host that the API belongs to. */
export function repositoryOf(remote: GitRemote | undefined, api: string): string | undefined {
  if (remote === undefined || !hostsOf(api).includes(remote.host)) return undefined;
  return /^[^/]+\/[^/]+$/.test(remote.path) ? remote.path : undefined;
}

/**
 * The APIs of github.com and of each GHE.com have their own hosts; GitHub Enterprise Server has one for both. A server on loopback, such
 * as a sandbox, replaces github.com.
 */
export function hostsOf(api: string): readonly string[] {
  const { hostname } = new URL(api);
  const isLoopback =
    hostname === 'localhost' || hostname === '[::1]' || hostname.startsWith('127.');
  const own = ['github.com', 'ssh.github.com', 'www.github.com'];
  if (hostname === 'api.github.com') return own;
  if (isLoopback) return [...own, hostname];
  return [hostname.endsWith('.ghe.com') ? hostname.replace(/^api\./, '') : hostname];
}
