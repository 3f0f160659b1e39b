import { createHash } from 'node:crypto';
import { appendFile, lstat, mkdir, readFile } from 'node:fs/promises';
import { dirname, isAbsolute, join } from 'node:path';

import type { Environment, Permissions, RotationRequest } from '@keyturn/core';

import type { Session } from '../session/session.ts';

/** What the user has confirmed about one rotation on this machine. A ledger that others can write does not prove it. */
export type Named = Required<Pick<RotationRequest, 'named' | 'formerly' | 'shown'>>;

/** The rotation that it is about, and the user. */
export interface NamedOf {
  readonly env: Environment;
  /** The number of the user; undefined if users have no numbers. */
  readonly uid?: number | undefined;
  /** Where its ledger is. */
  readonly location: string;
  readonly rotation: string;
  readonly issuer: string;
}

export function aboutOf(
  { name, issuer }: Pick<RotationRequest, 'name' | 'issuer'>,
  { surroundings: { env, uid }, location }: Session,
): NamedOf {
  return { env, uid, location, rotation: name, issuer: issuer.id };
}

interface Line {
  readonly of: string;
  readonly token?: string;
  readonly formerly?: string;
  /** The token's permissions, as the issuer showed them. */
  readonly permissions?: Permissions;
}

/** Reads what was confirmed before. A file that others can write is ignored. */
export async function readNamed(about: NamedOf): Promise<Named> {
  const of = keyOf(about);
  const lines = (await readLines(about, of)).filter((line) => line.of === of);
  return {
    named: lines.flatMap(({ token, permissions }) =>
      permissions === undefined ? (token ?? []) : [],
    ),
    formerly: lines.flatMap(({ formerly }) => formerly ?? []),
    // Only the newest: a ledger that was put back to an older state must not bring back what a token could do then.
    shown: Object.fromEntries(lines.flatMap(shownIn).slice(-1)),
  };
}

function shownIn({ token, permissions }: Line): readonly (readonly [string, Permissions])[] {
  return token === undefined || permissions === undefined ? [] : [[token, permissions]];
}

/** Stores what the user confirms now, once. If it cannot be stored, a later command must confirm it again. */
export async function noteNamed(about: NamedOf, said: Omit<Line, 'of'>): Promise<void> {
  const file = fileIn(about.env);
  const { named, formerly, shown } = await readNamed(about);
  const { token = '', permissions } = said;
  const isKnown =
    permissions === undefined
      ? named.includes(token) || formerly.includes(said.formerly ?? '')
      : shown[token]?.join() === permissions.join();
  if (file === undefined || isKnown) return;
  const line = JSON.stringify({ of: keyOf(about), ...said } satisfies Line);
  try {
    await mkdir(dirname(file), { recursive: true, mode: 0o700 });
    // On a new line, even if the one before was cut off by a kill.
    await appendFile(file, `\n${line}\n`, { mode: 0o600 });
  } catch {
    // The home folder is not writable: CI names what it replaces in each run, or signs its ledgers.
  }
}

/** docs: XDG Base Directory Specification. A relative path is ignored: a checkout could contain it. */
function fileIn({
  XDG_STATE_HOME: given = '',
  HOME: home = '',
  LOCALAPPDATA: local = '',
}: Environment) {
  const folder = [given, home && join(home, '.local', 'state'), local].find((one) =>
    isAbsolute(one),
  );
  return folder === undefined ? undefined : join(folder, 'keyturn', 'named.jsonl');
}

/** Only the lines with this key are parsed: the file has those of every rotation on this machine. */
async function readLines({ env, uid }: NamedOf, key: string): Promise<readonly Line[]> {
  const file = fileIn(env);
  if (file === undefined || !(await isOwn(file, uid))) return [];
  try {
    const text = await readFile(file, 'utf8');
    return text
      .split('\n')
      .filter((line) => line.includes(key))
      .flatMap(lineOf);
  } catch {
    return [];
  }
}

/** An incomplete line, or one of another form, is ignored. */
function lineOf(text: string): readonly Line[] {
  try {
    const { of, token, formerly, permissions } = JSON.parse(text) as Partial<
      Record<keyof Line, unknown>
    >;
    if (typeof of !== 'string') return [];
    return [
      {
        of,
        ...(typeof token === 'string' && { token }),
        ...(typeof formerly === 'string' && { formerly }),
        ...(isTexts(permissions) && { permissions }),
      },
    ];
  } catch {
    return [];
  }
}

function isTexts(value: unknown): value is readonly string[] {
  return Array.isArray(value) && value.every((one) => typeof one === 'string');
}

async function isOwn(file: string, user: number | undefined): Promise<boolean> {
  if (user === undefined) return true;
  const own = async (path: string): Promise<boolean> => {
    const { uid, mode } = await lstat(path);
    return uid === user && (mode & 0o022) === 0;
  };
  try {
    return (await own(dirname(file))) && (await own(file));
  } catch {
    return false;
  }
}

/** Hashed, because a location might contain a user's name. */
function keyOf({ location, rotation, issuer }: NamedOf): string {
  return createHash('sha256')
    .update(JSON.stringify([location, rotation, issuer]))
    .digest('hex');
}
