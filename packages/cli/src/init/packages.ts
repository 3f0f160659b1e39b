import { readFile } from 'node:fs/promises';

import { printable } from '@keyturn/core';

import type { Host } from '../host.ts';
import { packageInvalid } from '../messages.ts';
import { isExactVersion, isPackageName } from '../scaffold/pipeline/words.ts';
import {
  conventionalNames,
  discoverAdapters,
  findAdapters,
  resolveFrom,
  type Role,
  ownKinds,
} from '@keyturn/host/session';

/** A package with its version here. */
export interface Pinned {
  readonly name: string;
  readonly version: string;
}

const CORE = '@keyturn/core';

/**
 * keyturn, its core and the adapters, with their versions here.
 *
 * @throws {KeyturnError} `ADAPTER_INVALID` for a package with an invalid name or version in its manifest
 */
export async function packagesFor(
  issuers: readonly string[],
  kinds: readonly string[],
  host: Pick<Host, 'about' | 'directory' | 'programFolder'>,
): Promise<readonly Pinned[]> {
  const version = /^keyturn (\S+),/.exec(host.about())?.[1] ?? '';
  const wanted: readonly (readonly [Role, string])[] = [
    ...issuers
      .filter((kind) => ownKinds('issuer').includes(kind))
      .map((kind) => ['issuer', kind] as const),
    ...kinds
      .filter((kind) => ownKinds('sink').includes(kind))
      .map((kind) => ['sink', kind] as const),
    // Pipelines keep the ledger on a branch.
    ['store', 'git'],
  ];
  const adapters = await Promise.all(
    wanted.map(([role, kind]) => pinnedAdapter(role, kind, version, host)),
  );
  const core = await versionOf(CORE, host);
  const all = [
    { name: '@keyturn/cli', version },
    ...(core === undefined ? [] : [{ name: CORE, version: core }]),
    ...adapters,
    ...(await adaptersOfOthers('issuer', issuers, host)),
    ...(await adaptersOfOthers('sink', kinds, host)),
  ];
  // One package may adapt several kinds.
  const unique = new Map(all.map((one) => [one.name, one]));
  return [...unique.values()].map((one) => checked(one));
}

type Folders = Pick<Host, 'directory' | 'programFolder'>;

async function pinnedAdapter(
  role: Role,
  kind: string,
  otherwise: string,
  { directory, programFolder }: Folders,
): Promise<Pinned> {
  const [name = ''] = conventionalNames(role, kind);
  const found = [
    ...(await findAdapters(name, directory)),
    ...(await findAdapters(name, programFolder)),
  ][0];
  return { name, version: found?.version ?? otherwise };
}

/** Adapters of others, which the project itself depends on. */
async function adaptersOfOthers(
  wanted: Role,
  kinds: readonly string[],
  { directory, programFolder }: Folders,
): Promise<Pinned[]> {
  const others = kinds.filter((kind) => !ownKinds(wanted).includes(kind));
  if (others.length === 0) return [];
  const found = await discoverAdapters(directory, programFolder);
  return found
    .filter(({ role, kind }) => role === wanted && others.includes(kind))
    .map(({ packageName, version }) => ({ name: packageName, version }));
}

async function versionOf(name: string, { programFolder }: Folders): Promise<string | undefined> {
  const file = resolveFrom(programFolder, `${name}/package.json`);
  if (file === undefined) return undefined;
  const { version } = JSON.parse(await readFile(file, 'utf8')) as { version?: unknown };
  return typeof version === 'string' ? version : undefined;
}

function checked(one: Pinned): Pinned {
  if (isPackageName(one.name) && isExactVersion(one.version)) return one;
  const what = printable(JSON.stringify(`${one.name}@${one.version}`), 120);
  throw packageInvalid(what);
}
