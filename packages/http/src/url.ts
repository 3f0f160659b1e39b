import { KeyturnError, printable } from '@keyturn/core';

/**
 * Returns the base URL of an API without its trailing slash.
 *
 * @param name where the text stands, for the message: `GITHUB_API_URL`
 * @throws {KeyturnError} `CONFIG_INVALID` for what is not an https URL (http on loopback) or holds credentials or a query
 */
export function baseUrl(text: string, name: string): string {
  const invalid = (why: string): KeyturnError =>
    new KeyturnError('CONFIG_INVALID', `${name} ${why}`, {
      hint: 'Write it like https://api.example.com.',
      effect: 'none',
    });
  if (!URL.canParse(text)) throw invalid('is not a URL');
  const url = new URL(text);
  if (url.username !== '' || url.password !== '') throw invalid('must not hold credentials');
  if (!isProtected(url))
    throw invalid(`must start with https:// (${url.hostname} is not loopback)`);
  if (url.search !== '' || url.hash !== '') throw invalid('must end with its path');
  return `${url.origin}${url.pathname}`.replace(/\/+$/, '');
}

/**
 * Checks the URL of a request, whose credentials must not travel in the clear.
 *
 * @throws {KeyturnError} `CONFIG_INVALID`
 */
export function requestUrl(text: string): URL {
  const invalid = (message: string, hint: string): KeyturnError =>
    new KeyturnError('CONFIG_INVALID', message, { hint, effect: 'none' });
  if (!URL.canParse(text))
    throw invalid('a request was made to something that is not a URL', 'Check the base URL.');
  const url = new URL(text);
  if (!isProtected(url))
    throw invalid(
      `${printable(url.host, 100)}: only https is used, except on loopback`,
      'Write https:// in the base URL.',
    );
  if (url.username !== '' || url.password !== '')
    throw invalid(
      `${printable(url.host, 100)}: the URL holds credentials`,
      'Put them into the variables that the adapter reads.',
    );
  return url;
}

/** Whether a host is this machine by its name alone: localhost, 127.0.0.0/8, ::1. */
export function isLoopback(url: URL): boolean {
  return (
    url.hostname === 'localhost' || url.hostname === '[::1]' || /^127(\.\d+){3}$/.test(url.hostname)
  );
}

function isProtected(url: URL): boolean {
  return url.protocol === 'https:' || (url.protocol === 'http:' && isLoopback(url));
}
