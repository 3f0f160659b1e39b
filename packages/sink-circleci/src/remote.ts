import { parseGitRemote, type AdapterContext, type GitRemote } from '@keyturn/core';

import { installation } from './connection.ts';

/** The hosts of git with the name that each has in slugs. */
const SYSTEMS: Readonly<Record<string, string>> = {
  'github.com': 'gh',
  'ssh.github.com': 'gh',
  'www.github.com': 'gh',
  'bitbucket.org': 'bb',
  'altssh.bitbucket.org': 'bb',
};

/**
 * Finds the project that is meant: the one that the job of CircleCI belongs to, else that of the repository which git
 * fetches `origin` from.
 */
export async function inferTarget({ env, gitRemote }: AdapterContext): Promise<string | undefined> {
  const {
    CIRCLE_PROJECT_USERNAME: owner,
    CIRCLE_PROJECT_REPONAME: name,
    CIRCLE_REPOSITORY_URL: address,
  } = env;
  const remote = address ? parseGitRemote(address) : await gitRemote?.();
  if (!owner || !name) return projectOf(remote);
  // Other hosts of git are GitHub Enterprise Server, in front of a server install.
  const system =
    remote === undefined
      ? 'gh'
      : (systemOf(remote) ?? (installation(env).isServer ? 'gh' : undefined));
  return system === undefined ? undefined : `circleci:${system}/${owner}/${name}`;
}

/** Reads the project's target from a remote at GitHub or Bitbucket. */
export function projectOf(remote: GitRemote | undefined): string | undefined {
  const system = remote && systemOf(remote);
  if (remote === undefined || system === undefined) return undefined;
  return /^[^/]+\/[^/]+$/.test(remote.path) ? `circleci:${system}/${remote.path}` : undefined;
}

function systemOf({ host }: GitRemote): string | undefined {
  return Object.hasOwn(SYSTEMS, host) ? SYSTEMS[host] : undefined;
}
