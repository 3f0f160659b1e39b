import { createHash } from 'node:crypto';
import { appendFile, lstat, mkdir, readFile } from 'node:fs/promises';
import { dirname, isAbsolute, join } from 'node:path';

import type { Environment, Permissions, RotationRequest } from '@keyturn/core';

import type { Session } from '../session/session.ts';

/** What the user has said on this machine of one rotation: a ledger that others can write does not say it. */
export type Named = Required<Pick<RotationRequest, 'named' | 'formerly' | 'shown'>>;

/** Which rotation it was said of, and by whom. */
export interface NamedOf {
  readonly env: Environment;
  /** The number of the user; undefined where users have none. */
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
  /** What the token may do, as the issuer showed it. */
  readonly permissions?: Permissions;
}

/** What was said before. A file that somebody else can write says nothing. */
export async function readNamed(about: NamedOf): Promise<Named> {
  const of = keyOf(about);
  const lines = (await readLines(about)).filter((line) => line.of === of);
  return {
    named: lines.flatMap(({ token, permissions }) =>
      permissions === undefined ? (token ?? []) : [],
    ),
    formerly: lines.flatMap(({ formerly }) => formerly ?? []),
    shown: Object.fromEntries(
      lines.flatMap(({ token, permissions }) =>
        token === undefined || permissions === undefined ? [] : [[token, permissions]],
      ),
    ),
  };
}

/** Keeps what the user says now, once. Where that cannot be kept, it has to be said again by a later command. */
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
    // A line of its own, also after one that a kill cut off.
    await appendFile(file, `\n${line}\n`, { mode: 0o600 });
  } catch {
    // A home that cannot be written to: CI names what it replaces in each run, or signs its ledgers.
  }
}

/** docs: XDG Base Directory Specification; a relative path is to be ignored, since a checkout may hold it. */
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

async function readLines({ env, uid }: NamedOf): Promise<readonly Line[]> {
  const file = fileIn(env);
  if (file === undefined || !(await isOwn(file, uid))) return [];
  try {
    const text = await readFile(file, 'utf8');
    return text.split('\n').flatMap(lineOf);
  } catch {
    return [];
  }
}

/** One that is not whole, or of another form, says nothing. */
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

/** Locations may hold a user's name; what is written down tells none. */
function keyOf({ location, rotation, issuer }: NamedOf): string {
  return createHash('sha256')
    .update(JSON.stringify([location, rotation, issuer]))
    .digest('hex');
}
