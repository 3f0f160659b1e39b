import { KeyturnError } from '@keyturn/core';

/** The schemes of stores, and which adapter is meant by them. */
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
/** `C:\state`, `C:/state`, `C:state`, and no user name before a password. */
const DRIVE = /^[a-z]:(?!\/\/)[^@:/\\]*(?:[/\\]|$)/i;

/**
 * The kind of the store that a location names: a scheme that is known, or `file` for a folder. What looks like an address and is
 * none that is known is never taken for a folder: its password would become a part of a path. Nothing of it but the scheme is told.
 *
 * @param source where it was said, for the error: `KEYTURN_STATE`
 * @throws {KeyturnError} `CONFIG_INVALID`
 */
export function storeKindOf(location: string, source: string): string {
  const scheme = SCHEME.exec(location)?.[1]?.toLowerCase() ?? '';
  const kind = Object.hasOwn(kinds, scheme) ? kinds[scheme] : undefined;
  if (kind !== undefined) return kind;
  const problem = problemOf(location, scheme);
  if (problem === undefined) return 'file';
  const [what, hint] = problem;
  throw new KeyturnError('CONFIG_INVALID', `${source} ${what}`, { hint, effect: 'none' });
}

/** Why no ledger can be kept in a store of this kind: its package is not there. */
export function notYet(kind: string, source: string): KeyturnError {
  return new KeyturnError(
    'CONFIG_INVALID',
    `${source} names a ${kind} store, and this version cannot keep ledgers there yet`,
    { hint: 'Name a folder, or leave it out: .keyturn beside the configuration.', effect: 'none' },
  );
}

function problemOf(location: string, scheme: string): readonly [string, string] | undefined {
  if (location.trim() === '')
    return ['is empty', 'Name a folder, or unset it: .keyturn beside the configuration.'];
  // oxlint-disable-next-line no-control-regex
  if (location !== location.trim() || /[\u0000-\u001f\u007f]/.test(location))
    return [
      'has a space at an end or a control character in it',
      'Name the folder by its path alone.',
    ];
  if (/^["'].*["']$/.test(location))
    return ['has quotes around it', 'Leave them out: nothing takes them away.'];
  if (/^~(?:[/\\]|$)/.test(location))
    return ['begins with ~, which only a shell expands', 'Write the path of the folder in full.'];
  const [first = ''] = location.split(/[/\\]/, 1);
  if (!first.includes(':') || DRIVE.test(location)) return undefined;
  // What stands before the colon may be a user's name; only what can be nothing but a scheme is told.
  const isScheme = location.slice(scheme.length).startsWith('://') && scheme.length > 1;
  return [
    isScheme ? `has the unknown scheme "${scheme.slice(0, 30)}:"` : 'has an unknown scheme',
    'Name a folder by its path; one with a colon in its name needs ./ before it.',
  ];
}
