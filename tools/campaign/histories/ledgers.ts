import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';

import type { LedgerRecord } from '../../../packages/core/src/ledger/index.ts';
import {
  applyRecords,
  emptyState,
  type RotationState,
} from '../../../packages/core/src/unstable.ts';
import { SIDE } from './configuration.ts';
import type { World } from './world.ts';

export const ledgerFolder = ({ folder }: Pick<World, 'folder'>): string => join(folder, '.keyturn');

/** What a rotation's ledger amounts to; a line without its end is what a kill leaves. */
export async function stateOf(world: World, rotation: string): Promise<RotationState> {
  return applyRecords(emptyState, recordsOf(await ledgerText(world, rotation)));
}

function ledgerText(world: World, rotation: string): Promise<string> {
  const path = join(ledgerFolder(world), `${rotation}.jsonl`);
  return readFile(path, 'utf8').catch(() => '');
}

function recordsOf(text: string): LedgerRecord[] {
  return text
    .split('\n')
    .slice(0, -1)
    .map((line) => JSON.parse(line) as LedgerRecord);
}

/** The rotations that the tokens of a history may be of. */
export async function allStates(world: World): Promise<readonly RotationState[]> {
  const { rotation, settings } = world.configuration;
  const names = [rotation, ...(settings.shared ? [SIDE.rotation] : [])];
  return Promise.all(names.map((name) => stateOf(world, name)));
}

/** Every file of the machine, read as bytes: who changes nothing leaves all as it was. */
export async function snapshot(
  folder: string,
  wanted: (path: string) => boolean = () => true,
): Promise<ReadonlyMap<string, string>> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true }).catch(() => []);
  const paths = entries
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .filter(wanted);
  const texts = await Promise.all(
    paths.map(async (path) => [path, await readFile(path, 'latin1').catch(() => '')] as const),
  );
  return new Map(texts);
}

/** What a dead process left in a lock is nobody's: whoever comes by tidies it up. */
const LOCK = /[.-](?:keyturn-)?(?:lock|hall)\//;

/** What differs between two snapshots, by the names of files, beside what is left of locks. */
export function changed(
  before: ReadonlyMap<string, string>,
  after: ReadonlyMap<string, string>,
): string[] {
  return [...new Set([...before.keys(), ...after.keys()])].filter(
    (path) => !LOCK.test(path) && before.get(path) !== after.get(path),
  );
}

/** The tokens that were given up as leaked, by the rotation's ledger. */
export async function condemned(world: World): Promise<readonly string[]> {
  const text = await ledgerText(world, world.configuration.rotation);
  return recordsOf(text).flatMap(({ event }) => (event.type === 'condemned' ? [event.token] : []));
}

/** When anything was recorded last, in milliseconds since the epoch. */
export async function latestOf(world: World): Promise<number> {
  const files = await snapshot(ledgerFolder(world), (path) => path.endsWith('.jsonl'));
  const all = [...files.values()].flatMap((text) => recordsOf(text).slice(-1));
  return Math.max(0, ...all.map(({ at }) => Date.parse(at)));
}

/** The events of every ledger, each in a line. */
export async function eventsOf(world: World): Promise<readonly string[]> {
  const files = await snapshot(ledgerFolder(world), (path) => path.endsWith('.jsonl'));
  return [...files.values()].flatMap((text) =>
    recordsOf(text).map(({ seq, at, event }) => `${seq} ${at} ${JSON.stringify(event)}`),
  );
}
