import { setTimeout as sleep } from 'node:timers/promises';

import type { Ended } from '../start.ts';
import { keepCopy, loseLedger, restoreCopy } from './copies.ts';
import { edit, editAccount, moveFolder, renameRotation } from './edits.ts';
import { befall, passTime } from './foreign.ts';
import { forgetPlace } from './forgetting.ts';
import type { Looking, Operation, Run } from './history.ts';
import { changed, snapshot, stateOf } from './ledgers.ts';
import { changeRepository, deleteToken, writeAsAnother } from './others.ts';
import { keyOf, placesOf } from './configuration.ts';
import { changesAsked, reportOf, rotate, withMishaps } from './rotating.ts';
import { run, type World } from './world.ts';

/** What the other rotation would have to follow. */
const alone = new Set<Operation['op']>([
  'server',
  'account',
  'folder',
  'renamed',
  'keep a copy of the ledger',
  'restore the copy',
  'lose the ledger',
  'branch renamed',
]);

/** Does one operation, and tells in a few words what came of it. */
export async function perform(world: World, operation: Operation): Promise<string> {
  if (world.configuration.settings.shared && alone.has(operation.op)) return 'not beside another';
  switch (operation.op) {
    case 'rotate':
      return rotated(world, operation, await rotate(world, operation));
    case 'two at once': {
      const [one, other] = operation.runs;
      const both = await Promise.all([rotate(world, one), rotate(world, other)]);
      return both.map(outcome).join(' and ');
    }
    case 'abort':
    case 'adopt':
      return outcome(await withMishaps(world, operation.mishaps, () => command(world, operation)));
    case 'names':
    case 'layout':
    case 'sinks':
    case 'respell':
    case 'server':
      return edit(world, operation);
    case 'account':
      return editAccount(world);
    case 'folder':
      return moveFolder(world, operation.how);
    case 'renamed':
      return renameRotation(world, operation.point);
    case 'forget':
      return forgetPlace(world, operation.nth);
    case 'foreign write':
    case 'foreign removal':
      return writeAsAnother(world, operation);
    case 'token deleted':
      return deleteToken(world);
    case 'keep a copy of the ledger':
      return keepCopy(world);
    case 'restore the copy':
      return restoreCopy(world);
    case 'lose the ledger':
      return loseLedger(world);
    case 'archive':
    case 'unarchive':
    case 'rename repository':
      return changeRepository(world, operation.op);
    case 'clocks':
      return setClocks(world, operation.clocks);
    case 'wait':
      await sleep(operation.milliseconds);
      return '';
    case 'days pass':
      passTime(world, operation.days * 86_400_000);
      return '';
    case 'look':
      return look(world, operation.command);
    default:
      return befall(world, operation.op);
  }
}

/** A run that delivered to every sink mends what others did there. */
function rotated(world: World, { filter, mishaps }: Run, ended: Ended): string {
  const { configuration, folder, announced } = world;
  const report = reportOf(ended);
  const all = report?.sinks?.every(({ status }) => status === 'delivered') ?? false;
  if (all && filter === undefined && mishaps.length === 0 && ended.code === 0) {
    for (const place of placesOf(configuration, folder)) announced.foreign.delete(keyOf(place));
    world.needsForce = false;
  }
  return outcome(ended);
}

function outcome(ended: Ended): string {
  if (ended.killed) return 'killed';
  const report = reportOf(ended);
  const what = report === undefined ? '' : ` ${report.outcome} ${report.current?.id ?? ''}`;
  const kept = report?.kept.map(({ id, reason }) => `${id} ${reason}`).join(', ');
  const why = report?.error ?? failureOf(ended);
  return `exit ${ended.code}${what}${kept ? `, kept ${kept}` : ''}${why ? `, ${why.code} ${why.message}` : ''}`;
}

function failureOf({ stdout }: Ended): { code: string; message: string } | undefined {
  try {
    return (JSON.parse(stdout) as { error?: { code: string; message: string } }).error;
  } catch {
    return undefined;
  }
}

async function command(
  world: World,
  { op, point }: Extract<Operation, { op: 'abort' | 'adopt' }>,
): Promise<Ended> {
  const { rotation } = world.configuration;
  if (op === 'abort') return run(world, ['abort', rotation, '--json'], point);
  const { current = world.replaces } = await stateOf(world, rotation);
  return run(world, ['adopt', rotation, '--token-id', current, '--json'], point);
}

const commands: Readonly<Record<Looking, readonly string[]>> = {
  plan: ['plan', '--json'],
  'plan --force': ['plan', '--force', '--json'],
  'status --check': ['status', '--check', '--json'],
  doctor: ['doctor', '--json'],
  history: ['history', '--json'],
  'dry run': ['rotate', '--force', '--dry-run', '--json'],
};

/** What only looks changes neither a file nor anything at a provider. */
async function look(world: World, looking: Looking): Promise<string> {
  const before = await snapshot(world.root);
  const asked = await changesAsked(world);
  const { code } = await run(world, commands[looking]);
  const requests = (await changesAsked(world)) - asked;
  const files = changed(before, await snapshot(world.root));
  if (requests > 0 || files.length > 0)
    world.broken.push(`${looking} changes ${files.join(', ')} and makes ${requests} requests`);
  return `exit ${code}`;
}

async function setClocks(world: World, clocks: object): Promise<string> {
  const { control } = world.first;
  await fetch(`${control}/clocks`, { method: 'PUT', body: JSON.stringify(clocks) });
  return '';
}
