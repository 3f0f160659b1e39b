import { KeyturnError, printable, type Effect, type ErrorCode } from '@keyturn/core';

/** Everything that this package says to users: code, message and hint, side by side. */

const PROXY_PASSWORD =
  'Set HTTPS_PROXY to http://USER:PASSWORD@HOST:PORT, with special characters percent-encoded.';
const LATER = 'Run it again later.';
const IN_MINUTES = 'Run it again in a few minutes.';
const ADDRESS = 'Check the address.';
const NETWORK = 'Check the network, and HTTPS_PROXY and NO_PROXY if you use a proxy.';
const LOGIN =
  'Check the address, and whether a proxy or single sign-on in front of it asks for a login.';
export const ALTERED = 'Check the address, and whether a proxy or firewall alters responses.';

// Why a request got no usable response. requestFailed makes it an error.

export interface Reason {
  readonly code: ErrorCode;
  /** Completes `api.example.com: …`. */
  readonly message: string;
  readonly hint: string;
}

export const connectionRefused = network(
  'connection refused',
  'Check that the address is correct and that the server is running.',
);

export const hostNotFound = network('host not found', ADDRESS);

export const lookupFailed = network('DNS lookup failed', NETWORK);

export const hostUnreachable = network('host unreachable', NETWORK);

/** @param status of the proxy, if it is known */
export const proxyRefused = (status: string): Reason =>
  network(
    `the proxy refused the connection (status ${status})`,
    'Check HTTPS_PROXY, and that the proxy allows this host.',
  );

export const proxyPassword = network('the proxy requires a password', PROXY_PASSWORD);

export const proxyUnreachable = network('the proxy is unreachable', NETWORK);

export const closed = network('keyturn closed the connection', LATER);

export const connectionFailed = (cause: string): Reason =>
  network(`connection failed (${cause})`, `${NETWORK} ${LATER}`);

export const certificateExpired = network(
  'the certificate has expired',
  "Check this machine's clock; if it is right, the server needs a new certificate.",
);

export const certificateMismatched = network('the certificate is for another host name', ADDRESS);

export const certificateUntrusted = (cause: string): Reason =>
  network(
    `the certificate is not trusted (${cause})`,
    'For a private certificate authority, set NODE_EXTRA_CA_CERTS to its certificate file.',
  );

export const tlsFailed = (cause: string): Reason =>
  network(`TLS failed (${cause})`, 'Check that the server accepts https at this address.');

export const connectTimedOut = (milliseconds: number): Reason =>
  timedOut('no connection', milliseconds);

export const stoodStill: Reason = {
  code: 'TIMED_OUT',
  message: 'the request was not sent, since the connection was not ready in time',
  hint: 'Run it again.',
};

export const responseTimedOut = (milliseconds: number): Reason =>
  timedOut('no response', milliseconds);

export const bodyTimedOut = (milliseconds: number): Reason =>
  timedOut('no complete response', milliseconds);

export const responseTooLarge = (bytes: number): Reason => ({
  code: 'ANSWER_INVALID',
  message: `the response is larger than ${bytes} bytes`,
  hint: ALTERED,
});

export const httpInvalid: Reason = {
  code: 'ANSWER_INVALID',
  message: 'the response is not valid HTTP',
  hint: ALTERED,
};

export const headerInvalid: Reason = {
  code: 'CONFIG_INVALID',
  message: 'the request has an invalid header',
  hint: 'Check the credentials for line breaks and special characters.',
};

export const interrupted: Reason = {
  code: 'INTERRUPTED',
  message: 'the request was interrupted',
  hint: 'Run it again.',
};

export const requestFailed = (
  url: URL,
  { code, message, hint }: Reason,
  effect: Effect,
): KeyturnError => new KeyturnError(code, `${hostOf(url)}: ${message}`, { hint, effect });

// Rate limits.

/** @param until in milliseconds since the epoch, if the server says it */
export const rateLimited = (url: URL, until: number | undefined, effect: Effect): KeyturnError =>
  new KeyturnError('RATE_LIMITED', `${hostOf(url)}: rate limit exceeded`, {
    hint: until === undefined ? IN_MINUTES : `Run it again after ${dateText(until)}.`,
    effect,
  });

// Responses that are not what they should be.

/** @param next where it leads; undefined if that is not a URL */
export const redirectNotFollowed = (
  url: URL,
  status: number,
  next: URL | undefined,
  effect: Effect,
): KeyturnError => {
  const where =
    next === undefined
      ? 'an invalid address'
      : next.origin === url.origin
        ? 'itself'
        : printable(next.host, 100);
  return new KeyturnError(
    'ANSWER_INVALID',
    `${hostOf(url)}: a redirect to ${where} was not followed (status ${status})`,
    { hint: 'If something was renamed or moved, correct the base URL or the target.', effect },
  );
};

export const responseUnreadable = (url: URL, status: number, effect: Effect): KeyturnError =>
  new KeyturnError('ANSWER_INVALID', `${hostOf(url)}: unreadable response (status ${status})`, {
    hint: ALTERED,
    effect,
  });

/** @param came what came instead; undefined if it was too large to read */
export const jsonInvalid = (
  what: string,
  {
    status,
    type,
    came,
    isLogin,
    address,
  }: {
    readonly status: number;
    readonly type: 'object' | 'array';
    readonly came: string | undefined;
    readonly isLogin: boolean;
    readonly address: string | undefined;
  },
  effect: Effect,
): KeyturnError => {
  const instead = came === undefined ? '' : `: it is ${printable(came, 120)}`;
  return new KeyturnError(
    'ANSWER_INVALID',
    `${what}: the response (status ${status}) is not a JSON ${type}${instead}`,
    {
      hint: isLogin ? LOGIN : (address ?? ALTERED),
      effect,
    },
  );
};

export const tooManyPages = (what: string, most: number): KeyturnError =>
  listEndless(what, `has more than ${most} pages`);

export const listTooLarge = (what: string, bytes: number): KeyturnError =>
  listEndless(what, `is larger than ${bytes / 1024 / 1024} MiB`);

export const pageRepeated = (what: string): KeyturnError =>
  listEndless(what, 'links to the same page twice');

/** What to do about an error that a server reports. */
export const responseHints: Partial<Record<ErrorCode, string>> = {
  AUTH_DENIED: 'Check the credentials: they may be incomplete or expired.',
  PERMISSION_DENIED: 'Check the permissions of the credentials.',
  TARGET_NOT_FOUND: 'Check the name, and whether the credentials have access to it.',
  NETWORK_FAILED: PROXY_PASSWORD,
  RATE_LIMITED: IN_MINUTES,
  REMOTE_FAILED: LATER,
};

export const FIREWALL =
  'The API did not send this page: check the address, and whether a proxy or firewall blocks the request.';

/** @param at when the server asks to retry, in milliseconds since the epoch */
export const laterHint = (said: string, at: number | undefined): string => {
  const when = at === undefined ? 'later' : `after ${dateText(at)}`;
  return /\bmaintenance\b/i.test(said)
    ? `The server is under maintenance: run it again ${when}.`
    : `Run it again ${when}.`;
};

/** @param said the server's own words, escaped */
export const responseFailed = (
  code: ErrorCode,
  what: string,
  { status, said, hint }: { status: number; said: string; hint: string | undefined },
  effect: Effect,
): KeyturnError =>
  new KeyturnError(code, `${what}: status ${status}${said === '' ? '' : `, ${said}`}`, {
    ...(hint !== undefined && { hint }),
    effect,
  });

// What came instead of JSON. The caller escapes the title.

export const LOGIN_PAGE = 'a login page';
export const EMPTY_BODY = 'empty';
export const JSON_ARRAY = 'a JSON array';
export const JSON_VALUE = 'another JSON value';
export const INVALID_JSON = 'invalid JSON';
export const htmlPage = (title: string): string =>
  title === '' ? 'an HTML page' : `an HTML page "${title}"`;
export const textOfType = (type: string): string => (type === '' ? 'text' : `text (${type})`);

/** What makes a token unusable, after the name of its variable. */
export const tokenFaults = {
  quoted: 'starts or ends with a quote',
  masked: 'contains only asterisks, like a masked secret in a log',
  unexpanded: 'contains a variable reference that was not expanded',
  broken: 'contains a line break',
  spaced: 'contains a space',
  unsendable: 'contains a character that cannot be sent, as some programs insert when copying',
} as const;

/** @param fault what makes it unusable, without any of its text */
export const tokenUnusable = (name: string, fault: string): KeyturnError =>
  new KeyturnError('CREDENTIALS_MISSING', `${name} ${fault}`, {
    hint: `Set ${name} to the token alone.`,
    effect: 'none',
  });

// URLs.

export const proxyUrlInvalid = (name: string): KeyturnError =>
  configInvalid(
    `${name} is not a valid proxy URL`,
    'Use a URL like http://proxy.example.com:3128.',
  );

export const baseUrlInvalid = (name: string): KeyturnError => baseUrl(name, 'is not a URL');

export const baseUrlWithCredentials = (name: string): KeyturnError =>
  baseUrl(name, 'must not contain credentials');

export const baseUrlUnprotected = (name: string): KeyturnError =>
  baseUrl(name, 'must start with https:// (http:// is only allowed for localhost)');

export const baseUrlWithQuery = (name: string): KeyturnError =>
  baseUrl(name, 'must not have a query or a fragment');

export const requestUrlInvalid = (): KeyturnError =>
  configInvalid('the URL of a request is invalid', 'Check the base URL.');

export const requestUrlUnprotected = (url: URL): KeyturnError =>
  configInvalid(
    `${hostOf(url)}: http:// is only allowed for localhost`,
    'Use https:// in the base URL.',
  );

export const requestUrlWithCredentials = (url: URL): KeyturnError =>
  configInvalid(
    `${hostOf(url)}: the URL contains credentials`,
    'Set them in the environment variables that the adapter reads.',
  );

function network(message: string, hint: string): Reason {
  return { code: 'NETWORK_FAILED', message, hint };
}

function timedOut(what: string, milliseconds: number): Reason {
  return {
    code: 'TIMED_OUT',
    message: `timed out: ${what} after ${milliseconds / 1000} s`,
    hint: `${NETWORK} ${LATER}`,
  };
}

function listEndless(what: string, why: string): KeyturnError {
  return new KeyturnError('ANSWER_INVALID', `${what} ${why}; reading stopped`, {
    hint: `${ALTERED} If the organization is that large, name a smaller part of it.`,
    effect: 'none',
  });
}

function baseUrl(name: string, why: string): KeyturnError {
  return configInvalid(`${name} ${why}`, 'Use a URL like https://api.example.com.');
}

function configInvalid(message: string, hint: string): KeyturnError {
  return new KeyturnError('CONFIG_INVALID', message, { hint, effect: 'none' });
}

function hostOf(url: URL): string {
  return printable(url.host, 100);
}

function dateText(milliseconds: number): string {
  return new Date(Math.min(milliseconds, 8.64e15)).toISOString();
}
