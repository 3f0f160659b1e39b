import { execFile } from 'node:child_process';

import type { AdapterContext, Environment } from '@keyturn/core';

import { installation } from './connection.ts';

const MILLISECONDS = 5000;

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
export async function inferTarget({ env, directory }: AdapterContext): Promise<string | undefined> {
  const { CIRCLE_PROJECT_USERNAME: owner, CIRCLE_PROJECT_REPONAME: name } = env;
  const remote = env['CIRCLE_REPOSITORY_URL'] || (await originOf(directory, env));
  if (!owner || !name) return projectOf(remote);
  const host = remote === undefined ? undefined : parseRemote(remote)?.host;
  // Other hosts of git are GitHub Enterprise Server, in front of a server install.
  const system =
    host === undefined ? 'gh' : (systemOf(host) ?? (installation(env).isServer ? 'gh' : undefined));
  return system === undefined ? undefined : `circleci:${system}/${owner}/${name}`;
}

/** Reads the project's target from the URL of a repository at GitHub or Bitbucket. */
export function projectOf(remote: string | undefined): string | undefined {
  const url = remote === undefined ? undefined : parseRemote(remote);
  const system = url && systemOf(url.host);
  if (url === undefined || system === undefined) return undefined;
  const path = url.path
    .replace(/^\/+/, '')
    .replace(/\/+$/, '')
    .replace(/\.git$/, '');
  return /^[^/]+\/[^/]+$/.test(path) ? `circleci:${system}/${path}` : undefined;
}

function systemOf(host: string): string | undefined {
  const name = host.toLowerCase();
  return Object.hasOwn(SYSTEMS, name) ? SYSTEMS[name] : undefined;
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
