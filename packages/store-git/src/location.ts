import { remember } from '@keyturn/core';

import {
  BRANCH_INVALID,
  branchOptionLike,
  FILE_WITH_HOST,
  HTTP_NOT_LOCAL,
  LOCATION_INVALID,
  REMOTE_INVALID,
  remoteIsAddress,
  SSH_WITH_PASSWORD,
  URL_WITH_QUERY,
} from './messages.ts';

/** Where the branch is: a remote of a checkout, or a URL of its own. */
export type Location = RemoteLocation | UrlLocation;

interface RemoteLocation {
  /** The name of the remote; empty for the only one. */
  readonly remote: string;
  readonly branch: string;
}

interface UrlLocation {
  /** Without a password. */
  readonly url: string;
  readonly login: Login | undefined;
  readonly branch: string;
}

/** What a server asks for. Never in an argument, a variable or a file. */
export interface Login {
  readonly username: string;
  readonly password: string;
}

const DEFAULT_BRANCH = 'keyturn-ledger';
const SCHEMES = /^git\+(https|http|ssh|file):\/\//i;
/** A user name of this length is a token. */
const TOKEN_LENGTH = 20;

/** Parses a location, or returns why it is invalid; the text itself can contain a password, and is never shown. */
export function parseLocation(text: unknown): Location | { readonly problem: string } {
  // oxlint-disable-next-line no-control-regex
  if (typeof text !== 'string' || /[\u0000-\u0020\u007f]/.test(text))
    return { problem: LOCATION_INVALID };
  const at = text.indexOf('#');
  const before = at < 0 ? text : text.slice(0, at);
  const branch = at < 0 || at === text.length - 1 ? DEFAULT_BRANCH : text.slice(at + 1);
  const problem = branchProblem(branch);
  if (problem !== undefined) return { problem };
  if (SCHEMES.test(before)) return parseUrl(before.slice('git+'.length), branch);
  if (!/^git:/i.test(before)) return { problem: LOCATION_INVALID };
  const remote = before.slice('git:'.length);
  if (/^\/\/|:|^[./]|\\/.test(remote)) return { problem: remoteIsAddress() };
  if (remote.startsWith('-')) return { problem: REMOTE_INVALID };
  return { remote, branch };
}

function parseUrl(text: string, branch: string): Location | { readonly problem: string } {
  if (!URL.canParse(text)) return { problem: LOCATION_INVALID };
  const url = new URL(text);
  if (url.search !== '') return { problem: URL_WITH_QUERY };
  if (url.pathname.length < 2) return { problem: LOCATION_INVALID };
  if (url.protocol === 'file:')
    return url.host === '' ? { url: text, login: undefined, branch } : { problem: FILE_WITH_HOST };
  if (/^-|^$/.test(decoded(url.hostname))) return { problem: LOCATION_INVALID };
  if (url.protocol === 'http:' && !/^(?:localhost|127\.\d+\.\d+\.\d+|\[::1\])$/.test(url.hostname))
    return { problem: HTTP_NOT_LOCAL };
  if (url.protocol === 'ssh:')
    return url.password === '' && !decoded(url.username).startsWith('-')
      ? { url: text, login: undefined, branch }
      : { problem: SSH_WITH_PASSWORD };
  // oxlint-disable-next-line no-control-regex
  if (/[\u0000-\u001f]/.test(decoded(url.username) + decoded(url.password)))
    return { problem: LOCATION_INVALID };
  return { ...withoutLogin(text), branch };
}

/** Takes the password, or a token in the place of the user, out of an HTTP URL. Returns another text as it is. */
export function withoutLogin(text: string): { url: string; login: Login | undefined } {
  if (!/^https?:\/\//i.test(text) || !URL.canParse(text)) return { url: text, login: undefined };
  const url = new URL(text);
  const username = decoded(url.username);
  const password = decoded(url.password);
  if (password === '' && username.length < TOKEN_LENGTH) return { url: text, login: undefined };
  // git refuses such a URL; as a login, it would be more than one.
  // oxlint-disable-next-line no-control-regex
  if (/[\u0000-\u001f]/.test(username + password)) return { url: text, login: undefined };
  url.username = '';
  url.password = '';
  return { url: url.href, login: { username, password } };
}

/** From now on, the login is blanked in all output. */
export function rememberLogin(login: Login | undefined): void {
  if (login !== undefined) remember(login.password === '' ? login.username : login.password);
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

/** docs: git-check-ref-format(1) */
function branchProblem(branch: string): string | undefined {
  if (branch.startsWith('-')) return branchOptionLike();
  const parts = branch.split('/');
  const isValid =
    branch.length <= 200 &&
    branch !== '@' &&
    !/[~^:?*[\\\u007f]|\.\.|@\{|\.$/.test(branch) &&
    !branch.startsWith('refs/') &&
    parts.every((part) => part !== '' && !part.startsWith('.') && !/\.lock$/i.test(part));
  return isValid ? undefined : BRANCH_INVALID;
}
