import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';

import { KeyturnError } from '@keyturn/core';

import { exitCodes, type ExitCode } from '../exit.ts';
import type { Host } from '../host.ts';
import { sinkPackage } from '../scaffold/sink-package.ts';
import { ownKinds } from '@keyturn/host/session';

/** `keyturn init --sink-package NAME`: a package with a sink that works, for its author to fill in. */
export async function makeSinkPackage(
  kind: string,
  words: readonly string[],
  host: Pick<Host, 'directory' | 'stdout'>,
): Promise<ExitCode> {
  if (words.length > 0)
    throw usage(
      '--sink-package makes one package, and looks nowhere',
      'Leave the other words out.',
    );
  if (!/^[a-z][a-z0-9]*(?:-[a-z0-9]+)*$/.test(kind) || kind.length > 40)
    throw usage(
      `"${kind.slice(0, 80)}" cannot be the kind of a sink`,
      'Choose small letters, digits and dashes, such as vercel; the first is a letter.',
    );
  if (ownKinds('sink').includes(kind))
    throw usage(`there is a sink "${kind}" already`, `Install it: @keyturn/sink-${kind}`);

  const name = `keyturn-sink-${kind}`;
  const folder = join(host.directory, name);
  await makeFolder(folder);
  const files = sinkPackage(kind);
  for (const [path, text] of Object.entries(files)) {
    await mkdir(dirname(join(folder, path)), { recursive: true });
    await writeFile(join(folder, path), text, { flag: 'wx' });
  }
  const made = Object.keys(files).map((path) => `  ${name}/${path}\n`);
  host.stdout.write(`${made.join('')}\nNext: cd ${name} && npm install && npm test\n`);
  return exitCodes.done;
}

/** Nothing is ever written into a folder that was there before. */
async function makeFolder(folder: string): Promise<void> {
  try {
    await mkdir(folder);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'EEXIST')
      throw usage(`${folder} is there already`, 'Choose another name, or remove it first.');
    throw new KeyturnError('FILE_FAILED', `${folder} cannot be made (${code ?? 'unknown'})`, {
      hint: 'Run it in a folder that you may write to.',
      effect: 'none',
    });
  }
}

function usage(message: string, hint: string): KeyturnError {
  return new KeyturnError('USAGE_INVALID', message, { hint, effect: 'none' });
}
