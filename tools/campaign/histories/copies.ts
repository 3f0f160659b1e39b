import { cp, rm } from 'node:fs/promises';
import { join } from 'node:path';

import { admin, fill } from './by-hand.ts';
import { keyOf, placesOf } from './configuration.ts';
import { ledgerFolder, stateOf } from './ledgers.ts';
import { change } from './others.ts';
import { writtenNames } from './sinks.ts';
import { ours, quiet, readPlace, tokensOf, writeConfiguration, type World } from './world.ts';

/** A backup of the ledgers, as they are now. */
export async function keepCopy(world: World): Promise<string> {
  const { rotation } = world.configuration;
  if ((await stateOf(world, rotation)).current === undefined) return 'nothing is recorded yet';
  const folder = join(world.root, 'backup');
  await rm(folder, { recursive: true, force: true });
  await cp(ledgerFolder(world), folder, { recursive: true });
  world.copy = { folder, rotation };
  return '';
}

/** The backup is put in the place of the ledgers: what was made since is nobody's. */
export async function restoreCopy(world: World): Promise<string> {
  const { copy, configuration } = world;
  if (copy === undefined) return 'there is none';
  await quiet(world);
  await rm(ledgerFolder(world), { recursive: true, force: true });
  await cp(copy.folder, ledgerFolder(world), { recursive: true });
  configuration.rotation = copy.rotation;
  await writeConfiguration(world);
  const { tokens, attempts, active } = await stateOf(world, copy.rotation);
  const labels = new Set([...attempts.map(({ label }) => label), active?.label]);
  for (const { id, name, revokedAt } of ours(world))
    if (revokedAt === null && !tokens.has(id) && !labels.has(name)) world.announced.orphans.add(id);
  world.needsForce = true;
  return `without ${[...world.announced.orphans].join(', ') || 'a loss'}`;
}

/**
 * The ledgers are gone. The user names the token that a configured place shows to be in use, and fills what is left half. Older
 * places and other tokens are known to nobody any more.
 */
export async function loseLedger(world: World): Promise<string> {
  const { announced, configuration, folder, watched } = world;
  await quiet(world);
  await rm(ledgerFolder(world), { recursive: true, force: true });
  world.copy = undefined;
  const places = placesOf(configuration, folder);
  const readings = await Promise.all(places.map((place) => readPlace(world, place)));
  const own = new Set(ours(world).map(({ id }) => id));
  const used = readings.find(({ reads, token = '' }) => reads === 'works' && own.has(token));
  world.replaces = used?.token ?? (await makeToken(world));
  watched.clear();
  for (const place of places) watched.set(keyOf(place), place);
  const { id, token } = tokensOf(world).find((one) => one.id === world.replaces) ?? {};
  for (const [number, place] of places.entries()) {
    if (readings[number]?.token === id) continue;
    await change(world, place, writtenNames(place.layout, place.naming), undefined);
    if (place.server === 'first') await fill(world, place, id ?? '', token ?? '');
  }
  for (const one of ours(world))
    if (one.revokedAt === null && one.id !== id) announced.orphans.add(one.id);
  announced.orphans.delete(id ?? '');
  return `${id} is in use; orphans are ${[...announced.orphans].join(', ') || 'none'}`;
}

async function makeToken({ first }: World): Promise<string> {
  const accesses = tokensOf({ first }).find(({ name }) => name === 'ci-github')?.accesses;
  const create = { provider: 'planetscale', op: 'create', name: 'by-hand', accesses };
  const [made] = await admin(first, [create]);
  return made?.id ?? '';
}
