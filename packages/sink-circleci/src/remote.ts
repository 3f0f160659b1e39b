import { parseGitRemote, type AdapterContext, type GitRemote } from '@keyturn/core';

import { installation } from './connection.ts';

/** The git hosts, with their names in slugs. */
const SYSTEMS: Readonly<Record<string, string>> = {
  'github.com': 'gh',
  'ssh.github.com': 'gh',
  'www.github.com': 'gh',
  'bitbucket.org': 'bb',
  'altssh.bitbucket.org': 'bb',
};

/**
 * Infers the project: the one that CircleCI runs the job for, otherwise the one of the repository that git fetches `origin` from.
 */
export async function inferTarget({ env, gitRemote }: AdapterContext): Promise<string | undefined> {
  const {
    CIRCLE_PROJECT_USERNAME: owner,
    CIRCLE_PROJECT_REPONAME: name,
    CIRCLE_REPOSITORY_URL: address,
  } = env;
  const remote = address ? parseGitRemote(address) : await gitRemote?.();
  if (!owner || !name) return projectOf(remote);
  // On a server, other git hosts are GitHub Enterprise Server.
  const system =
    remote === undefined
      ? 'gh'
      : (systemOf(remote) ?? (installation(env).isServer ? 'gh' : undefined));
  return system === undefined ? undefined : `circleci:${system}/${owner}/${name}`;
}

/** Returns the target of the project from a remote on GitHub or Bitbucket. */
export function projectOf(remote: GitRemote | undefined): string | undefined {
  const system = remote && systemOf(remote);
  if (remote === undefined || system === undefined) return undefined;
  return /^[^/]+\/[^/]+$/.test(remote.path) ? `circleci:${system}/${remote.path}` : undefined;
}

function systemOf({ host }: GitRemote): string | undefined {
  return Object.hasOwn(SYSTEMS, host) ? SYSTEMS[host] : undefined;
}
