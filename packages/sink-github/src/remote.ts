import { execFile } from 'node:child_process';

import type { AdapterContext, Environment } from '@keyturn/core';

import { apiUrl } from './connection.ts';

const MILLISECONDS = 5000;

/** Finds the repository that is meant: the one that CI works on, else the one that git fetches `origin` from. */
export async function inferTarget(context: AdapterContext): Promise<string | undefined> {
  const { env, directory } = context;
  const repository =
    env['GITHUB_REPOSITORY'] || repositoryOf(await originOf(directory, env), apiUrl(env));
  return repository === undefined ? undefined : `github:${repository}`;
}

/** Reads OWNER/REPO from a git URL of the host that the API belongs to. */
export function repositoryOf(remote: string | undefined, api: string): string | undefined {
  const url = remote === undefined ? undefined : parseRemote(remote);
  if (url === undefined || !hostsOf(api).includes(url.host.toLowerCase())) return undefined;
  const path = url.path
    .replace(/^\/+/, '')
    .replace(/\/+$/, '')
    .replace(/\.git$/, '');
  return /^[^/]+\/[^/]+$/.test(path) ? path : undefined;
}

/** `https://host/path`, `ssh://git@host:22/path` and `git@host:path`. */
function parseRemote(remote: string): { host: string; path: string } | undefined {
  if (URL.canParse(remote) && remote.includes('://')) {
    const { hostname, pathname } = new URL(remote);
    return { host: hostname, path: pathname };
  }
  const [, host, path] = /^(?:[^@/]+@)?([^:/]+):(.+)$/.exec(remote) ?? [];
  return host === undefined || path === undefined ? undefined : { host, path };
}

/**
 * github.com's API has a host of its own, as has that of each GHE.com; GitHub Enterprise Server shares one. A server on
 * loopback, such as a sandbox, stands in for github.com.
 */
function hostsOf(api: string): readonly string[] {
  const { hostname } = new URL(api);
  const isLoopback =
    hostname === 'localhost' || hostname === '[::1]' || hostname.startsWith('127.');
  const own = ['github.com', 'ssh.github.com', 'www.github.com'];
  if (hostname === 'api.github.com') return own;
  if (isLoopback) return [...own, hostname];
  return [hostname.endsWith('.ghe.com') ? hostname.replace(/^api\./, '') : hostname];
}

/** What git needs to run and to find its configuration; no credential goes to a child process. */
const PASSED_ON = /^(?:PATH|HOME|XDG_CONFIG_HOME|USERPROFILE|SYSTEMROOT)$/i;

function originOf(directory: string, env: Environment): Promise<string | undefined> {
  const passedOn = Object.fromEntries(Object.entries(env).filter(([name]) => PASSED_ON.test(name)));
  return new Promise((resolve) => {
    execFile(
      'git',
      ['-C', directory, 'remote', 'get-url', 'origin'],
      { timeout: MILLISECONDS, env: passedOn },
      (error, stdout) => {
        resolve(error === null ? stdout.trim() : undefined);
      },
    );
  });
}
