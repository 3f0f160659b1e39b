import { resolve } from 'node:path';

import type { Git } from './git.ts';
import { type Login, withoutLogin } from './location.ts';
import {
  checkoutMissing,
  checkoutNotOwned,
  remoteAmbiguous,
  remoteManyUrls,
  remoteMissing,
  remotesMissing,
} from './messages.ts';
import { gitFailed } from './failure.ts';
import type { Ended } from './run.ts';

/** Where git connects to, and the settings for that. */
export interface Source {
  /** Programs of the user's settings (helpers for credentials) and relative paths start here. */
  readonly cwd: string;
  readonly url: string;
  readonly login: Login | undefined;
  /** If pushes go to another URL. */
  readonly pushUrl?: string | undefined;
  readonly pushLogin?: Login | undefined;
  /** Configuration files that only apply in the checkout. */
  readonly includes: readonly string[];
  /** Settings of the remote. */
  readonly settings: readonly (readonly [key: string, value: string])[];
  readonly objectFormat: ObjectFormat;
}

export type ObjectFormat = 'sha1' | 'sha256';

interface Setting {
  readonly scope: string;
  /** Absolute; undefined if it is not from a file. */
  readonly file: string | undefined;
  readonly key: string;
  readonly value: string;
}

const KEPT = /^(?:proxy|proxyauthmethod|uploadpack|receivepack)$/;

/**
 * The remote of the checkout that contains a folder, with the settings and credentials that git uses there. Writes nothing there:
 * files that contain settings are later included by their paths, wherever the checkout's own conditions found them.
 *
 * @param name the remote's; empty for the only one
 * @throws {KeyturnError} `STATE_FAILED` without a checkout, `CONFIG_INVALID` without that remote
 */
export async function readCheckout(
  git: Git,
  directory: string,
  name: string,
  signal: AbortSignal,
): Promise<Source> {
  const { cwd, objectFormat } = await baseOf(git, directory, signal);
  const settings = await settingsIn(git, cwd, [], signal);
  const urls = remotesOf(settings);
  const chosen = chooseRemote([...urls.keys()], name);
  const { url = [], pushurl = [] } = urls.get(chosen) ?? {};
  const [first = ''] = url;
  const pushed = pushurl.length > 0 ? pushurl : url;
  if (new Set(pushed).size > 1) throw remoteManyUrls(chosen);
  const fetching = withoutLogin(first);
  const pushing = pushurl.length > 0 ? withoutLogin(pushurl[0] ?? '') : undefined;
  const prefix = `remote.${chosen}.`;
  return {
    cwd,
    objectFormat,
    ...fetching,
    pushUrl: pushing?.url,
    pushLogin: pushing?.login,
    includes: await filesOf(git, cwd, settings, signal),
    settings: settings.flatMap(({ key, value }) =>
      key.startsWith(prefix) && KEPT.test(key.slice(prefix.length))
        ? [[key.slice(prefix.length), value] as const]
        : [],
    ),
  };
}

/** The top folder of the checkout, or a repository without one. */
async function baseOf(
  git: Git,
  directory: string,
  signal: AbortSignal,
): Promise<{ readonly cwd: string; readonly objectFormat: ObjectFormat }> {
  const call = { cwd: directory, signal };
  const ask = (what: string): Promise<Ended> =>
    git.run(['rev-parse', what, '--show-object-format'], call);
  const top = await ask('--show-toplevel');
  if (top.code === 0) return baseIn(top);
  if (top.cause === 'refused' || /not a git repository/i.test(top.stderr))
    throw checkoutMissing(directory);
  if (/dubious ownership|unsafe repository/.test(top.stderr)) throw checkoutNotOwned(directory);
  const bare = await ask('--absolute-git-dir');
  if (bare.code !== 0) throw gitFailed(directory, bare);
  return baseIn(bare);
}

function baseIn({ stdout }: Ended) {
  const [, cwd = '', format] = /^([^]*)\n(\w+)\r?\n$/.exec(stdout.toString()) ?? [];
  return { cwd, objectFormat: format === 'sha256' ? ('sha256' as const) : ('sha1' as const) };
}

async function settingsIn(
  git: Git,
  cwd: string,
  options: readonly string[],
  signal: AbortSignal,
): Promise<Setting[]> {
  const command = [...options, 'config', '--list', '--show-origin', '--show-scope', '-z'];
  const ended = await git.run(command, { cwd, signal });
  if (ended.code !== 0) throw gitFailed(cwd, ended);
  const parts = ended.stdout.toString().split('\0');
  return Array.from({ length: Math.floor(parts.length / 3) }, (_, number) => {
    const [scope = '', origin = '', setting = ''] = parts.slice(number * 3);
    const at = setting.indexOf('\n');
    return {
      scope,
      file: origin.startsWith('file:') ? resolve(cwd, origin.slice('file:'.length)) : undefined,
      key: at < 0 ? setting : setting.slice(0, at),
      value: at < 0 ? '' : setting.slice(at + 1),
    };
  });
}

type Urls = { readonly [Key in 'url' | 'pushurl']?: readonly string[] };

function remotesOf(settings: readonly Setting[]): ReadonlyMap<string, Urls> {
  const urls = new Map<string, Urls>();
  for (const { key, value } of settings) {
    const [, name, kind] = /^remote\.([^]+)\.(url|pushurl)$/.exec(key) ?? [];
    if (name === undefined || (kind !== 'url' && kind !== 'pushurl')) continue;
    const known = urls.get(name) ?? {};
    urls.set(name, { ...known, [kind]: [...(known[kind] ?? []), value] });
  }
  return new Map([...urls].filter(([, { url = [] }]) => url.length > 0));
}

function chooseRemote(names: readonly string[], name: string): string {
  const [only] = names;
  if (only === undefined) throw remotesMissing();
  if (name === '') {
    if (names.length > 1) throw remoteAmbiguous(names);
    return only;
  }
  if (!names.includes(name)) throw remoteMissing(name, names);
  return name;
}

/** The files with settings of the checkout: its own, and those that the user's settings include only there. */
async function filesOf(
  git: Git,
  cwd: string,
  settings: readonly Setting[],
  signal: AbortSignal,
): Promise<readonly string[]> {
  const isConditional = settings.some(
    ({ scope, key }) => scope !== 'local' && key.startsWith('includeif.'),
  );
  const everywhere = isConditional
    ? await settingsIn(git, cwd, ['--git-dir=/dev/null'], signal).catch(() => [])
    : settings.filter(({ scope }) => scope !== 'local' && scope !== 'worktree');
  const known = new Set(everywhere.map(({ file }) => file));
  const files = settings.map(({ file }) => file).filter((file) => file !== undefined);
  return [...new Set(files)].filter((file) => !known.has(file));
}
