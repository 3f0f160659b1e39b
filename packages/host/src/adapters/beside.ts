import { adapterNotListed } from '../messages.ts';
import { conventionalNames, findAdapters, type FoundAdapter } from './discover.ts';
import { type Role } from './role.ts';
import { ownPackage } from './own-kinds.ts';

/**
 * Finds one of keyturn's own packages, installed beside the program (as by a global installation or npx). Other packages count
 * only if a manifest lists them: an unlisted one may be a dependency of a dependency, whose author chose its name.
 */
export async function findBeside(
  role: Role,
  kind: string,
  ownFolder: string,
): Promise<FoundAdapter | undefined> {
  const found = await findAdapters(ownPackage(role, kind), ownFolder);
  return found.find((one) => one.role === role && one.kind === kind);
}

/** @throws {KeyturnError} `ADAPTER_NOT_FOUND` for an adapter that is installed, but that no manifest lists */
export async function refuseUnnamed(role: Role, kind: string, project: string): Promise<void> {
  for (const name of conventionalNames(role, kind))
    if ((await findAdapters(name, project)).length > 0) throw adapterNotListed(role, kind, name);
}
