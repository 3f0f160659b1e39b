import { readFile, stat } from 'node:fs/promises';
import { platform } from 'node:os';
import { join } from 'node:path';

import { type Environment, Secret } from '@keyturn/core';

import type { Location } from './location.ts';

const OTHERS = 0o077;
/** Bytes. */
const LARGEST = 1024 * 1024;

/**
 * The password, as PostgreSQL's own programs find it: in the location, in PGPASSWORD, or in the password file (PGPASSFILE, or `.pgpass`
 * in the home folder), which nobody else may be able to read.
 *
 * docs: https://www.postgresql.org/docs/current/libpq-pgpass.html
 */
export async function findPassword(
  location: Location,
  user: string,
  env: Environment,
): Promise<Secret | undefined> {
  if (location.password !== undefined) return location.password;
  const given = env['PGPASSWORD'] ?? '';
  if (given !== '') return new Secret(given);
  const path = passwordFile(env);
  if (path === undefined) return undefined;
  try {
    const { mode, size } = await stat(path);
    if (size > LARGEST || (platform() !== 'win32' && (mode & OTHERS) !== 0)) return undefined;
    return passwordIn(await readFile(path, 'utf8'), location, user);
  } catch {
    return undefined;
  }
}

function passwordFile({ PGPASSFILE = '', HOME = '', APPDATA = '' }: Environment) {
  if (PGPASSFILE !== '') return PGPASSFILE;
  if (APPDATA !== '') return join(APPDATA, 'postgresql', 'pgpass.conf');
  return HOME === '' ? undefined : join(HOME, '.pgpass');
}

/** The password of the first line that matches: `host:port:database:user:password`, with `*` for anything. */
export function passwordIn(
  text: string,
  { host, port, database }: Pick<Location, 'host' | 'port' | 'database'>,
  user: string,
): Secret | undefined {
  // A socket's folder is called localhost there.
  const wanted = [host.startsWith('/') ? 'localhost' : host, String(port), database, user];
  for (const line of text.split(/\r?\n/)) {
    if (line.startsWith('#')) continue;
    const fields = line.match(/(?:\\.|[^:\\])*(?::|$)/g) ?? [];
    const values = fields.map((field) => field.replace(/:$/, '').replaceAll(/\\(.)/g, '$1'));
    const raw = fields.slice(0, 4).map((field) => field.replace(/:$/, ''));
    const isMatch = wanted.every((one, index) => raw[index] === '*' || values[index] === one);
    if (isMatch && values.length >= 5 && values[4] !== '') return new Secret(values[4] ?? '');
  }
  return undefined;
}
