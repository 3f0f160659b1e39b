import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';

import { KeyturnError, programFile, programFolders, type Environment } from '@keyturn/core';

import type { Pinned } from './packages.ts';

/** How long npm may take, in milliseconds. It asks a registry once for each package. */
const MILLISECONDS = 120_000;

/** What npm needs to find the user's configuration and to reach the registry of it. No credential of keyturn's is passed on. */
const FOR_NPM =
  /^(?:HOME|USERPROFILE|APPDATA|SYSTEMROOT|XDG_CONFIG_HOME|TMPDIR|TEMP|TMP|NPM_TOKEN|NODE_AUTH_TOKEN|NODE_EXTRA_CA_CERTS|(?:https?|no|all)_proxy|npm_config_(?:registry|userconfig|globalconfig|cache|offline|prefer_offline|proxy|https?_proxy|noproxy|ca|cafile|strict_ssl|fetch_\w+|@[^:]+:registry|\/\/.+))$/i;

/** The options that make a lock file out of a manifest, and nothing else. */
export const LOCK_OPTIONS = '--package-lock-only --ignore-scripts --no-audit --no-fund';

interface Lock {
  readonly lockfileVersion?: number;
  readonly packages?: Readonly<
    Record<
      string,
      { readonly version?: string; readonly integrity?: string; readonly inBundle?: boolean }
    >
  >;
}

/**
 * The lock file that npm makes for these packages; undefined where there is no npm, it does not get an answer of the registry, or
 * that one does not have them.
 *
 * @throws {KeyturnError} `INTERRUPTED`
 */
export async function makeLock(
  manifest: string,
  packages: readonly Pinned[],
  { env, signal }: { readonly env: Environment; readonly signal: AbortSignal },
): Promise<string | undefined> {
  const npm = programFile('npm', env);
  if (npm === undefined) return undefined;
  const folder = await mkdtemp(join(tmpdir(), 'keyturn-lock-'));
  try {
    await writeFile(join(folder, 'package.json'), manifest);
    // By its prefix, so that no manifest of a folder above counts.
    const args = ['install', '--prefix', folder, ...LOCK_OPTIONS.split(' '), '--silent'];
    await new Promise<void>((resolve, reject) => {
      const options = { cwd: folder, env: npmEnvironment(env), timeout: MILLISECONDS, signal };
      execFile(npm, args, options, (error) => {
        if (error === null) resolve();
        else reject(error);
      });
    });
    const text = await readFile(join(folder, 'package-lock.json'), 'utf8');
    return isComplete(text, packages) ? text : undefined;
  } catch {
    if (!signal.aborted) return undefined;
    throw new KeyturnError('INTERRUPTED', 'nothing was written: the lock file was not finished', {
      hint: 'Run it again.',
      effect: 'none',
    });
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

function npmEnvironment(env: Environment): Record<string, string | undefined> {
  const passedOn = Object.entries(env).filter(([name]) => FOR_NPM.test(name));
  return { ...Object.fromEntries(passedOn), PATH: programFolders(env).join(delimiter) };
}

/** It has the packages that are meant, each with its hash, and no password in an address. */
function isComplete(text: string, packages: readonly Pinned[]): boolean {
  const { lockfileVersion = 0, packages: locked = {} } = JSON.parse(text) as Lock;
  const { '': _, ...installed } = locked;
  return (
    lockfileVersion >= 2 &&
    packages.every(({ name, version }) => locked[`node_modules/${name}`]?.version === version) &&
    Object.values(installed).every(
      ({ integrity, inBundle = false }) => inBundle || integrity?.startsWith('sha') === true,
    ) &&
    !/"resolved": "[^"]*\/\/[^/"]*@/.test(text)
  );
}
