import { pathToFileURL } from 'node:url';

import { KeyturnError } from '@keyturn/core';
import type * as SandboxModule from '@keyturn/sandbox';

import { ownFolder, resolveFrom } from '../adapters/discover.ts';
import type { Host } from '../host.ts';

/** Loads the sandbox's package, which is not installed with the program. */
export async function loadSandbox({
  directory,
  isUntrusted,
}: Pick<Host, 'directory' | 'isUntrusted'>): Promise<typeof SandboxModule> {
  const name = '@keyturn/sandbox';
  const folders = isUntrusted === true ? [ownFolder] : [directory, ownFolder];
  const file = folders.map((folder) => resolveFrom(folder, name)).find((one) => one !== undefined);
  if (file !== undefined) return (await import(pathToFileURL(file).href)) as typeof SandboxModule;
  throw new KeyturnError('ADAPTER_NOT_FOUND', 'the sandbox is not installed', {
    hint: `Install it: npm install --save-dev ${name}`,
    effect: 'none',
  });
}
