import { adapterNotListed } from '../messages.ts';
import { conventionalNames, findAdapter, type FoundAdapter, type Role } from './discover.ts';

/**
 * Finds one of keyturn's own packages, installed beside the program (as by a global installation or npx). Other packages count
 * only if a manifest lists them: an unlisted one may be a dependency of a dependency, whose author chose its name.
 */
export async function findBeside(
  role: Role,
  kind: string,
  ownFolder: string,
): Promise<FoundAdapter | undefined> {
  const found = await findAdapter(`@keyturn/${role}-${kind}`, ownFolder);
  return found?.role === role && found.kind === kind ? found : undefined;
}

/** @throws {KeyturnError} `ADAPTER_NOT_FOUND` for an adapter that is installed, but that no manifest lists */
export async function refuseUnnamed(role: Role, kind: string, project: string): Promise<void> {
  for (const name of conventionalNames(role, kind))
    if ((await findAdapter(name, project)) !== undefined) throw adapterNotListed(role, kind, name);
}
