import { exitCodes, type ExitCode } from '../exit.ts';
import type { Host } from '../host.ts';
import { installOne } from '../messages.ts';
import { documentText } from '../output/json.ts';
import { roomOf, table } from '../output/style.ts';
import {
  findBeside,
  discoverAdapters,
  roles,
  type FoundAdapter,
  ownKinds,
  ownPackage,
} from '@keyturn/host/session';

/** `keyturn adapters`: lists the installed adapters, and those that could be installed. */
export async function adaptersCommand(
  flags: { readonly json?: boolean },
  host: Host,
): Promise<ExitCode> {
  const found = new Map<string, FoundAdapter>();
  const add = (one: FoundAdapter | undefined): void => {
    if (one === undefined) return;
    const key = `${one.packageName} ${one.role} ${one.kind}`;
    if (!found.has(key)) found.set(key, one);
  };
  for (const one of await discoverAdapters(host.directory, host.programFolder)) add(one);
  const known = roles.flatMap((role) => ownKinds(role).map((kind) => ({ role, kind })));
  for (const { role, kind } of known) add(await findBeside(role, kind, host.programFolder));
  const installed = [...found.values()].map(({ role, kind, packageName, version }) => ({
    role,
    kind,
    package: packageName,
    version,
  }));
  const missing = known
    .filter(({ role, kind }) => !installed.some((one) => one.role === role && one.kind === kind))
    .map(({ role, kind }) => ({ role, kind, package: ownPackage(role, kind), version: null }));
  if (flags.json === true) {
    host.stdout.write(documentText({ adapters: [...installed, ...missing] }));
    return exitCodes.done;
  }
  const rows = [...installed, ...missing].map((one) => [
    one.role,
    one.kind,
    one.package,
    one.version ?? 'not installed',
  ]);
  const lines = table([['ROLE', 'KIND', 'PACKAGE', 'VERSION'], ...rows], roomOf(host.stdout));
  const [one] = missing;
  if (one !== undefined) lines.push('', installOne(one.package));
  host.stdout.write(`${lines.join('\n')}\n`);
  return exitCodes.done;
}
