import type { AdapterContext, GitRemote } from '@keyturn/core';

import { gitlabUrl } from './connection.ts';

/** Infers the project: the one that CI runs for, otherwise the one that git fetches `origin` from. */
export async function inferTarget({ env, gitRemote }: AdapterContext): Promise<string | undefined> {
  const project = env['CI_PROJECT_PATH'] || projectOf(await gitRemote?.(), gitlabUrl(env));
  return project === undefined ? undefined : `gitlab:${project}`;
}

/** Reads GROUP/…/PROJECT from a remote on the host of the server. */
export function projectOf(remote: GitRemote | undefined, server: string): string | undefined {
  if (remote === undefined || !hostsOf(server).includes(remote.host)) return undefined;
  const root = new URL(server).pathname.replace(/^\/+/, '').replace(/\/*$/, '/');
  const isBelow = remote.web && root !== '/' && remote.path.startsWith(root);
  const path = isBelow ? remote.path.slice(root.length) : remote.path;
  return /^[^/]+(?:\/[^/]+)+$/.test(path) ? path : undefined;
}

/** gitlab.com has a second host for SSH. A server on loopback, such as a sandbox, replaces gitlab.com. */
function hostsOf(server: string): readonly string[] {
  const { hostname } = new URL(server);
  const isLoopback =
    hostname === 'localhost' || hostname === '[::1]' || hostname.startsWith('127.');
  const own = isLoopback || hostname === 'gitlab.com' ? ['gitlab.com', 'altssh.gitlab.com'] : [];
  return [...own, hostname];
}
