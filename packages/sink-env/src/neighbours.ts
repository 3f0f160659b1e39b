import { basename, join } from 'node:path';

import type { CallOptions, Neighbour, NeighbourQuery } from '@keyturn/core';

import { decode } from './bytes.ts';
import { type EnvFile, readFile } from './env-file.ts';
import { envFilesIn } from './files.ts';
import { formats } from './formats/formats.ts';
import { NAME } from './formats/limits.ts';
import { locate, type Place } from './place.ts';
import type { Snapshot } from './snapshot.ts';
import { canonicalId, defaultFormat } from './target.ts';

/** More than any project has. */
const MOST_FILES = 50;

/**
 * The other names in the file, and from the env files next to it the same names and those that contain the token. Lines that are
 * commented out do not count.
 */
export async function neighbours(
  file: EnvFile,
  { names, token }: NeighbourQuery,
  { signal }: CallOptions,
): Promise<Neighbour[]> {
  const place = await locate(file.id, file.path, file.context.directory);
  if (place === undefined) return [];
  const own = await readFile(file);
  const found: Neighbour[] = [...namesIn(file.format, own, token)].filter(
    ({ name }) => !names.includes(name),
  );
  for (const other of await othersBeside(place)) {
    signal.throwIfAborted();
    const snapshot = await readOther({ ...file, path: other.path }, place);
    for (const one of namesIn(formats[defaultFormat(other.path)], snapshot, token))
      if (names.includes(one.name) || one.shows !== undefined)
        found.push({ ...one, scope: other.scope, target: targetOf(other.path, file) });
  }
  return found;
}

function targetOf(path: string, { context: { directory } }: EnvFile): string {
  return canonicalId({ path, format: defaultFormat(path) }, directory);
}

async function othersBeside(
  place: Place,
): Promise<readonly { readonly path: string; readonly scope: string }[]> {
  // A folder that cannot be listed is not an error.
  const names = await envFilesIn(place.folder).catch(() => []);
  return names
    .filter((name) => name !== basename(place.path))
    .slice(0, MOST_FILES)
    .map((name) => ({ path: join(place.folder, name), scope: name }));
}

/** Leaves out links that must not be followed, files that are not text, and other names of the same file. */
async function readOther(other: EnvFile, own: Place): Promise<Snapshot | undefined> {
  try {
    const place = await locate(other.id, other.path, other.context.directory);
    return place === undefined || place.path === own.path ? undefined : await readFile(other);
  } catch {
    return undefined;
  }
}

function* namesIn(
  format: EnvFile['format'],
  snapshot: Snapshot | undefined,
  token: string | undefined,
): Iterable<Neighbour> {
  if (snapshot === undefined) return;
  const { assignments, unclear } = format.scan(snapshot.text);
  const read = format.read(snapshot.text);
  const names = [...assignments.map(({ name }) => name), ...unclear.keys()];
  for (const name of new Set(names)) {
    if (!NAME.test(name)) continue;
    const values = assignments.filter((one) => one.name === name).map(({ value }) => value);
    const isShown = [...values, read.get(name)].some((value) => isOf(token, value));
    yield { name, ...(isShown && { shows: 'yes' }) };
  }
}

/** Whether a value is the id, `id:token`, or the text of an env file with either as a value. */
function isOf(token: string | undefined, bytes: string | undefined): boolean {
  if (token === undefined || token === '' || bytes === undefined) return false;
  return decode(bytes)
    .split('\n')
    .map((line) => line.replace(/^\s*(?:export\s+)?\w+=\s*(['"]?)(.*)\1\s*$/, '$2'))
    .some((value) => value === token || value.startsWith(`${token}:`));
}
