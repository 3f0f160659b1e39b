import * as messages from './messages.ts';

/**
 * Returns the base URL of an API without its trailing slash.
 *
 * @param name the variable or option that holds the URL, for the message: `GITHUB_API_URL`
 * @throws {KeyturnError} `CONFIG_INVALID` for a URL that is not https (or http on loopback), or has credentials or a query
 */
export function baseUrl(text: string, name: string): string {
  if (!URL.canParse(text)) throw messages.baseUrlInvalid(name);
  const url = new URL(text);
  if (url.username !== '' || url.password !== '') throw messages.baseUrlWithCredentials(name);
  if (!isProtected(url)) throw messages.baseUrlUnprotected(name);
  if (url.search !== '' || url.hash !== '') throw messages.baseUrlWithQuery(name);
  return `${url.origin}${url.pathname}`.replace(/\/+$/, '');
}

/**
 * Checks the URL of a request: its credentials must not be sent unencrypted.
 *
 * @throws {KeyturnError} `CONFIG_INVALID`
 */
export function requestUrl(text: string): URL {
  if (!URL.canParse(text)) throw messages.requestUrlInvalid();
  const url = new URL(text);
  if (!isProtected(url)) throw messages.requestUrlUnprotected(url);
  if (url.username !== '' || url.password !== '') throw messages.requestUrlWithCredentials(url);
  return url;
}

/** Whether a host name alone means this machine: localhost, 127.0.0.0/8, ::1. */
export function isLoopback(url: URL): boolean {
  return (
    url.hostname === 'localhost' || url.hostname === '[::1]' || /^127(\.\d+){3}$/.test(url.hostname)
  );
}

function isProtected(url: URL): boolean {
  return url.protocol === 'https:' || (url.protocol === 'http:' && isLoopback(url));
}
