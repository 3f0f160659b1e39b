import type { Api } from '../api.ts';

const HOST = /^[A-Za-z0-9](?:[A-Za-z0-9.-]{0,252}[A-Za-z0-9])?(?::\d{1,5})?$/;
const LOOPBACK = /^(?:localhost|127(?:\.\d{1,3}){3})(?::\d+)?$/;

/** The host of a database, with its port if there is one; undefined for what is not a host. */
export function hostOf(value: unknown): string | undefined {
  return typeof value === 'string' && HOST.test(value) && URL.canParse(`https://${value}`)
    ? value
    : undefined;
}

/** Whether a database is reached without encryption: only one of this machine, if the API is here as well, as in tests. */
export function isPlain(host: string, api: Api): boolean {
  return LOOPBACK.test(host) && api.server.startsWith('http://');
}

/** A connection URL. */
export function connectionUrl(
  scheme: 'mysql' | 'postgresql',
  { username, password, host }: Readonly<Record<'username' | 'password' | 'host', string>>,
  rest: string,
): string {
  return `${scheme}://${encodeURIComponent(username)}:${encodeURIComponent(password)}@${host}/${rest}`;
}

/** A user name that can be in a header and in a URL. */
export function usernameOf(value: unknown): string | undefined {
  return typeof value === 'string' && /^[A-Za-z0-9_.-]{1,200}$/.test(value) ? value : undefined;
}
