import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';

import { programFile, programFolders, type Environment } from '@keyturn/core';

import { lockInterrupted } from '../messages.ts';
import type { Pinned } from './packages.ts';

/** The time limit for npm, in milliseconds. It makes one request to a registry for each package. */
const MILLISECONDS = 120_000;

/** What npm needs to find the user's configuration and to reach the registry. Credentials of keyturn are not passed on. */
const FOR_NPM =
  /^(?:HOME|USERPROFILE|APPDATA|SYSTEMROOT|XDG_CONFIG_HOME|TMPDIR|TEMP|TMP|NPM_TOKEN|NODE_AUTH_TOKEN|NODE_EXTRA_CA_CERTS|(?:https?|no|all)_proxy|npm_config_(?:registry|userconfig|globalconfig|cache|offline|prefer_offline|proxy|https?_proxy|noproxy|ca|cafile|strict_ssl|fetch_\w+|@[^:]+:registry|\/\/.+))$/i;

/** The options that create a lock file from a manifest, and nothing else. */
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
 * The lock file that npm creates for these packages; undefined if npm is missing, the registry does not respond, or it does not
 * have the packages.
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
    // With a prefix, so that npm ignores manifests in folders above.
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
    throw lockInterrupted();
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

function npmEnvironment(env: Environment): Record<string, string | undefined> {
  const passedOn = Object.entries(env).filter(([name]) => FOR_NPM.test(name));
  return { ...Object.fromEntries(passedOn), PATH: programFolders(env).join(delimiter) };
}

/** It contains the requested packages, each with its hash, and no password in a URL. */
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
