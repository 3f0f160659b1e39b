import { pathToFileURL } from 'node:url';

import { KeyturnError } from '@keyturn/core';
import type * as SandboxModule from '@keyturn/sandbox';

import type { Host } from './host.ts';
import { resolveFrom } from '@keyturn/host/session';

/** Loads the sandbox's package, which is not installed with the program. */
export async function loadSandbox({
  directory,
  programFolder,
  isUntrusted,
}: Pick<Host, 'directory' | 'programFolder' | 'isUntrusted'>): Promise<typeof SandboxModule> {
  const name = '@keyturn/sandbox';
  const folders = isUntrusted === true ? [programFolder] : [directory, programFolder];
  const file = folders.map((folder) => resolveFrom(folder, name)).find((one) => one !== undefined);
  if (file !== undefined) return (await import(pathToFileURL(file).href)) as typeof SandboxModule;
  throw new KeyturnError('ADAPTER_NOT_FOUND', 'the sandbox is not installed', {
    hint: `Install it: npm install --save-dev ${name}`,
    effect: 'none',
  });
}
