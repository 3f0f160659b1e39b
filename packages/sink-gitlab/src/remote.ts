import { execFile } from 'node:child_process';

import type { AdapterContext, Environment } from '@keyturn/core';

import { gitlabUrl } from './connection.ts';

const MILLISECONDS = 5000;

/** Finds the project that is meant: the one that CI works on, else the one that git fetches `origin` from. */
export async function inferTarget(context: AdapterContext): Promise<string | undefined> {
  const { env, directory } = context;
  const project =
    env['CI_PROJECT_PATH'] || projectOf(await originOf(directory, env), gitlabUrl(env));
  return project === undefined ? undefined : `gitlab:${project}`;
}

/** Reads GROUP/…/PROJECT from a git URL of the host that the server is on. */
export function projectOf(remote: string | undefined, server: string): string | undefined {
  const url = remote === undefined ? undefined : parseRemote(remote);
  if (url === undefined || !hostsOf(server).includes(url.host.toLowerCase())) return undefined;
  const root = new URL(server).pathname.replace(/\/+$/, '');
  const below =
    url.isWeb && url.path.startsWith(`${root}/`) ? url.path.slice(root.length) : url.path;
  const path = below
    .replace(/^\/+/, '')
    .replace(/\/+$/, '')
    .replace(/\.git$/, '');
  return /^[^/]+(?:\/[^/]+)+$/.test(path) ? path : undefined;
}

interface Remote {
  readonly host: string;
  readonly path: string;
  /** Only a web address has the path of the installation in it. */
  readonly isWeb: boolean;
}

/** `https://host/path`, `ssh://git@host:22/path` and `git@host:path`. */
function parseRemote(remote: string): Remote | undefined {
  if (URL.canParse(remote) && remote.includes('://')) {
    const { protocol, hostname, pathname } = new URL(remote);
    return { host: hostname, path: pathname, isWeb: protocol.startsWith('http') };
  }
  const [, host, path] = /^(?:[^@/]+@)?([^:/]+):(.+)$/.exec(remote) ?? [];
  return host === undefined || path === undefined ? undefined : { host, path, isWeb: false };
}

/** gitlab.com has a second host for SSH. A server on loopback, such as a sandbox, stands in for gitlab.com. */
function hostsOf(server: string): readonly string[] {
  const { hostname } = new URL(server);
  const isLoopback =
    hostname === 'localhost' || hostname === '[::1]' || hostname.startsWith('127.');
  const own = isLoopback || hostname === 'gitlab.com' ? ['gitlab.com', 'altssh.gitlab.com'] : [];
  return [...own, hostname];
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
