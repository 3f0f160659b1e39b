import { cp, rename } from 'node:fs/promises';
import { join } from 'node:path';

import { fitting, keyOf, type JobPlace } from './configuration.ts';
import type { Operation } from './history.ts';
import { changed, snapshot, stateOf } from './ledgers.ts';
import { requestsOf, rotateOnce } from './rotating.ts';
import { run, writeConfiguration, type World } from './world.ts';

type Edit = Extract<Operation, { op: 'names' | 'layout' | 'sinks' | 'respell' | 'server' }>;

/** The user edits what is written, and where. */
export async function edit(world: World, operation: Edit): Promise<string> {
  const { configuration } = world;
  world.hasLeft = true;
  switch (operation.op) {
    case 'names':
      configuration.naming = operation.naming;
      break;
    case 'layout':
      configuration.layout = operation.layout;
      configuration.sinks = fitting(configuration.sinks, operation.layout);
      break;
    case 'sinks':
      configuration.sinks = fitting(operation.sinks, configuration.layout);
      break;
    case 'respell':
      if (!configuration.respelt.delete(operation.sink)) configuration.respelt.add(operation.sink);
      break;
    case 'server':
      configuration.server = operation.server;
  }
  await writeConfiguration(world);
  return '';
}

/** Another account is refused, with nothing asked and nothing changed; then it is edited back. */
export async function editAccount(world: World): Promise<string> {
  const { configuration, root, broken } = world;
  const { issuer } = await stateOf(world, configuration.rotation);
  if (issuer === undefined) return 'nothing is recorded yet';
  configuration.isOtherAccount = true;
  await writeConfiguration(world);
  const wanted = (path: string): boolean => path.includes('.keyturn');
  const before = await snapshot(root, wanted);
  const asked = await requestsOf(world, () => true);
  const { code } = await rotateOnce(world, ['--force']);
  const requests = (await requestsOf(world, () => true)) - asked;
  const files = changed(before, await snapshot(root, wanted));
  if (code !== 2 || requests > 0 || files.length > 0)
    broken.push(
      `rule 11: another account ends with ${code}, ${requests} requests, changes of ${files.join(', ') || 'nothing'}`,
    );
  configuration.isOtherAccount = false;
  await writeConfiguration(world);
  return `exit ${code}`;
}

/** The project's folder gets another path, or there are two of them and the user goes on in the second. */
export async function moveFolder(world: World, how: 'moved' | 'copied'): Promise<string> {
  const { root, folder, watched, announced } = world;
  world.hasLeft = true;
  const number = Number(/\d+$/.exec(folder)?.[0] ?? 1) + 1;
  const next = join(root, `project${number}`);
  if (how === 'moved') await rename(folder, next);
  else await cp(folder, next, { recursive: true, preserveTimestamps: true });
  world.folder = next;
  if (how === 'moved')
    for (const [key, place] of watched) {
      if (place.folder !== folder) continue;
      const moved: JobPlace = { ...place, folder: next };
      watched.delete(key);
      watched.set(keyOf(moved), moved);
      if (announced.foreign.delete(key)) announced.foreign.add(keyOf(moved));
    }
  await writeConfiguration(world);
  return '';
}

/** The rotation gets another name, and goes on with its ledger. */
export async function renameRotation(
  world: World,
  point: Extract<Operation, { op: 'renamed' }>['point'],
): Promise<string> {
  const { configuration } = world;
  const from = configuration.rotation;
  const { current, tokens, attempts } = await stateOf(world, from);
  if (current === undefined || tokens.size + attempts.length === 0) return 'nothing is known yet';
  const number = Number(/\d+$/.exec(from)?.[0] ?? 1) + 1;
  configuration.rotation = `ci-github-${number}`;
  await writeConfiguration(world);
  const args = ['adopt', configuration.rotation, '--from', from, '--json'];
  const first = await run(world, args, point);
  if (!first.killed && first.code === 0) return 'exit 0';
  const { code, stderr } = await run(world, args);
  if (code !== 0) world.broken.push(`adopt --from ends with ${code}: ${stderr.slice(-300)}`);
  return `killed, then exit ${code}`;
}
