import { KeyturnError } from '@keyturn/core';

import { conventionalNames, findAdapter, type FoundAdapter, type Role } from './discover.ts';

/**
 * A package of keyturn's own that is installed beside the program, as a global installation and npx have it. Any other counts
 * only if a manifest names it: what is merely there may be a dependency of a dependency, whose author chose its name.
 */
export async function findBeside(
  role: Role,
  kind: string,
  ownFolder: string,
): Promise<FoundAdapter | undefined> {
  const found = await findAdapter(`@keyturn/${role}-${kind}`, ownFolder);
  return found?.role === role && found.kind === kind ? found : undefined;
}

/** @throws {KeyturnError} `ADAPTER_NOT_FOUND` for an adapter that is there by its name, and that nobody asked for */
export async function refuseUnnamed(role: Role, kind: string, project: string): Promise<void> {
  for (const name of conventionalNames(role, kind))
    if ((await findAdapter(name, project)) !== undefined)
      throw new KeyturnError(
        'ADAPTER_NOT_FOUND',
        `the ${role} "${kind}" is not used: ${name} is installed, but no package.json of the project names it`,
        {
          hint: `If it is meant, install it by its name: npm install --save-dev ${name}`,
          effect: 'none',
        },
      );
}
