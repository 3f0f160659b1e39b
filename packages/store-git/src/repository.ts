import { mkdir, mkdtemp, readdir, readFile, lstat, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { livenessOf, isHere, type Machine, parseHolder } from '@keyturn/core/ledger';

import type { ObjectFormat, Source } from './checkout.ts';

/** The name of the remote in {@link Repository}; no remote of a user's configuration has it. */
export const REMOTE = 'keyturn-ledger-store';
const PREFIX = 'keyturn-git-';
const OWNER = 'keyturn-owner.json';
/** How many folders of killed runs are removed at once. */
const MOST_SWEPT = 20;

/** Gives the login that git reads from file descriptor 3; stores nothing. */
const HELPER = '!f() { if test "$1" = get; then cat <&3; fi; }; f';

/** Saves a request for each call; git before 2.46 ignores it. */
const PROACTIVE = ['[http]', '\tproactiveAuth = basic'];

/** The folder for temporary repositories. */
export function temporaryFolder(env: Readonly<Record<string, string | undefined>>): string {
  return env['TMPDIR'] || tmpdir();
}

/**
 * Creates a bare repository of one run, in a folder that only this user can read. The checkout and its objects, refs and settings
 * stay as they are.
 *
 * @param owner this process, as JSON
 */
export async function createRepository(
  parent: string,
  owner: string,
  source: Source,
  objectFormat: ObjectFormat,
): Promise<string> {
  const folder = await mkdtemp(join(parent, PREFIX));
  await writeFile(join(folder, OWNER), owner, { mode: 0o600 });
  await mkdir(join(folder, 'objects'));
  await mkdir(join(folder, 'refs'));
  await mkdir(join(folder, 'draft'));
  await writeFile(join(folder, 'config'), configOf(source, objectFormat), { mode: 0o600 });
  await writeFile(join(folder, 'HEAD'), 'ref: refs/heads/none\n');
  return folder;
}

function configOf(source: Source, objectFormat: ObjectFormat): string {
  const { url, pushUrl, login, pushLogin, includes, settings } = source;
  const logins = [
    ...(login === undefined ? [] : [url]),
    ...(pushLogin === undefined || pushUrl === undefined ? [] : [pushUrl]),
  ];
  const isSha256 = objectFormat === 'sha256';
  return [
    '[core]',
    `\trepositoryformatversion = ${isSha256 ? 1 : 0}`,
    '\tbare = true',
    ...(isSha256 ? ['[extensions]', '\tobjectFormat = sha256'] : []),
    ...includes.flatMap((path) => ['[include]', `\tpath = ${quoted(path)}`]),
    `[remote "${REMOTE}"]`,
    `\turl = ${quoted(url)}`,
    ...(pushUrl === undefined ? [] : [`\tpushurl = ${quoted(pushUrl)}`]),
    ...settings.map(([key, value]) => `\t${key} = ${quoted(value)}`),
    '[push]',
    '\tpushOption =',
    '\tgpgSign = false',
    // The user's helpers would keep a login that is not theirs to keep.
    ...(logins.length > 0 ? ['[credential]', '\thelper =', ...PROACTIVE] : []),
    ...[...new Set(logins.map((each) => new URL(each).origin))].flatMap((origin) => [
      `[credential ${quoted(origin)}]`,
      `\thelper = ${quoted(HELPER)}`,
    ]),
    '',
  ].join('\n');
}

/** docs: git-config(1), "Syntax" */
function quoted(value: string): string {
  return `"${value.replaceAll(/["\\]/g, String.raw`\$&`).replaceAll('\n', String.raw`\n`)}"`;
}

export async function removeRepository(folder: string): Promise<void> {
  await rm(folder, { recursive: true, force: true, maxRetries: 3 });
}

/** Removes the repositories that killed runs of this user on this machine left. Failures are ignored. */
export async function sweepRepositories(parent: string, machine: Machine): Promise<void> {
  const names = await readdir(parent).catch(() => []);
  let swept = 0;
  for (const name of names.filter((one) => one.startsWith(PREFIX))) {
    if (swept >= MOST_SWEPT) return;
    const folder = join(parent, name);
    const stats = await lstat(folder).catch(() => undefined);
    if (stats?.isDirectory() !== true) continue;
    if (machine.uid !== undefined && stats.uid !== machine.uid) continue;
    const holder = parseHolder(await readFile(join(folder, OWNER), 'utf8').catch(() => ''));
    if (!isHere(holder, machine)) continue;
    if (livenessOf(holder, machine, await machine.look(holder.pid)) !== 'gone') continue;
    swept++;
    await removeRepository(folder).catch(() => {});
  }
}
