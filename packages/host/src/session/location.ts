import type { KeyturnError } from '@keyturn/core';

import {
  locationEmpty,
  locationInvalid,
  locationQuoted,
  locationWithControls,
  locationWithTilde,
  schemeUnknown,
  storeUnsupported,
  type Fault,
} from '../messages.ts';

/** The schemes of stores, and their kinds. */
const kinds: Readonly<Record<string, string>> = {
  git: 'git',
  'git+https': 'git',
  'git+ssh': 'git',
  'git+file': 'git',
  postgres: 'postgres',
  postgresql: 'postgres',
  s3: 's3',
};
const SCHEME = /^([a-z][a-z0-9+.-]*):/i;
/** `C:\state`, `C:/state`, `C:state`, but not a user name before a password. */
const DRIVE = /^[a-z]:(?!\/\/)[^@:/\\]*(?:[/\\]|$)/i;

/**
 * The kind of the store at a location: of a known scheme, or `file` for a folder. An address with an unknown scheme is never taken
 * for a folder: its password would become part of a path. Errors show only the scheme.
 *
 * @param source where the location was given, for the error: `KEYTURN_STATE`
 * @throws {KeyturnError} `CONFIG_INVALID`
 */
export function storeKindOf(location: string, source: string): string {
  const scheme = SCHEME.exec(location)?.[1]?.toLowerCase() ?? '';
  const kind = Object.hasOwn(kinds, scheme) ? kinds[scheme] : undefined;
  if (kind !== undefined) return kind;
  const problem = problemOf(location, scheme);
  if (problem !== undefined) throw locationInvalid(source, problem);
  return 'file';
}

/** The error for a kind of store without an adapter. */
export function notYet(kind: string, source: string): KeyturnError {
  return locationInvalid(source, storeUnsupported(kind));
}

function problemOf(location: string, scheme: string): Fault | undefined {
  if (location.trim() === '') return locationEmpty;
  // oxlint-disable-next-line no-control-regex
  if (location !== location.trim() || /[\u0000-\u001f\u007f]/.test(location))
    return locationWithControls;
  if (/^["'].*["']$/.test(location)) return locationQuoted;
  if (/^~(?:[/\\]|$)/.test(location)) return locationWithTilde;
  const [first = ''] = location.split(/[/\\]/, 1);
  if (!first.includes(':') || DRIVE.test(location)) return undefined;
  // The text before the colon might be a user's name: only what must be a scheme is shown.
  const isScheme = location.slice(scheme.length).startsWith('://') && scheme.length > 1;
  return schemeUnknown(isScheme ? scheme : undefined);
}
