import { pathToFileURL } from 'node:url';

import type * as SandboxModule from '@keyturn/sandbox';

import type { Host } from './host.ts';
import { sandboxMissing } from './messages.ts';
import { resolveFrom } from '@keyturn/host/session';

/** Loads the package of the sandbox, which is installed separately. */
export async function loadSandbox({
  directory,
  programFolder,
  isUntrusted,
}: Pick<Host, 'directory' | 'programFolder' | 'isUntrusted'>): Promise<typeof SandboxModule> {
  const name = '@keyturn/sandbox';
  const folders = isUntrusted === true ? [programFolder] : [directory, programFolder];
  const file = folders.map((folder) => resolveFrom(folder, name)).find((one) => one !== undefined);
  if (file !== undefined) return (await import(pathToFileURL(file).href)) as typeof SandboxModule;
  throw sandboxMissing(name);
}
