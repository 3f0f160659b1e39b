import {
  locationEmpty,
  locationInvalid,
  locationQuoted,
  locationWithControls,
  locationWithTilde,
  schemeUnknown,
  type Fault,
} from '../messages.ts';

/** Where ledgers are, and who says so. */
export interface Location {
  /** The path of a folder, or an address whose scheme names the store. */
  readonly text: string;
  /** For errors: `KEYTURN_STATE`, or the configuration file. */
  readonly source: string;
}

/** Where a configuration keeps the ledgers, if it says so. */
export function stateOf(
  config: { readonly state?: string; readonly file: string } | undefined,
): Location | undefined {
  return config?.state === undefined ? undefined : { text: config.state, source: config.file };
}

const SCHEME = /^([a-z][a-z0-9+.-]*):/i;
/** `C:\state`, `C:/state`, `C:state`, but not a user name before a password. */
const DRIVE = /^[a-z]:(?!\/\/)[^@:/\\]*(?:[/\\]|$)/i;

/**
 * The scheme of a location, in lower case; undefined for the path of a folder.
 *
 * @throws {KeyturnError} `CONFIG_INVALID` for what is neither. Shows nothing of it: it might contain a password
 */
export function schemeOf({ text, source }: Location): string | undefined {
  const problem = problemOf(text);
  if (problem !== undefined) throw locationInvalid(source, problem);
  const [first = ''] = text.split(/[/\\]/, 1);
  if (!first.includes(':') || DRIVE.test(text)) return undefined;
  const scheme = SCHEME.exec(text)?.[1]?.toLowerCase();
  if (scheme === undefined) throw locationInvalid(source, schemeUnknown(undefined));
  return scheme;
}

/** The error for an address that no store takes: it is never taken for a folder, since its password would become part of a path. */
export function refusedScheme({ text, source }: Location, scheme: string): Error {
  // The text before the colon might be a user's name: only what must be a scheme is shown.
  const isScheme = text.slice(scheme.length).startsWith('://') && scheme.length > 1;
  return locationInvalid(source, schemeUnknown(isScheme ? scheme : undefined));
}

/** A location without users, passwords and queries, to be shown and compared. */
export function shownLocation(text: string): string {
  return text.replace(/^([a-z0-9+.-]+:(?:\/\/)?)[^/?#]*@/i, '$1').replace(/\?[^#]*/, '');
}

function problemOf(text: string): Fault | undefined {
  if (text.trim() === '') return locationEmpty;
  // oxlint-disable-next-line no-control-regex
  if (text !== text.trim() || /[\u0000-\u001f\u007f]/.test(text)) return locationWithControls;
  if (/^["'].*["']$/.test(text)) return locationQuoted;
  return /^~(?:[/\\]|$)/.test(text) ? locationWithTilde : undefined;
}
