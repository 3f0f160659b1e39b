import type { GitRemote } from '../contracts/runtime.ts';

/** Longer strings are not valid, and would take long to parse. */
const MAXIMUM_LENGTH = 2048;

/** Parses `https://host/path`, `ssh://git@host:22/path` or `git@host:path`; undefined if there is no host. */
export function parseGitRemote(address: string): GitRemote | undefined {
  if (address.length > MAXIMUM_LENGTH) return undefined;
  if (address.includes('://')) {
    if (!URL.canParse(address)) return undefined;
    const { protocol, hostname, pathname } = new URL(address);
    return remote(hostname, pathname, protocol.startsWith('http'));
  }
  const [, host = '', path = ''] = /^(?:[^@/]+@)?([^:/]+):(.+)$/.exec(address) ?? [];
  return remote(host, path, false);
}

function remote(host: string, path: string, web: boolean): GitRemote | undefined {
  const name = path
    .replace(/^\/+/, '')
    .replace(/\/+$/, '')
    .replace(/\.git$/, '');
  return host === '' || name === '' ? undefined : { host: host.toLowerCase(), path: name, web };
}
