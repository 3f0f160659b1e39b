import { cp, rm } from 'node:fs/promises';
import { join } from 'node:path';

import { admin } from './admin.ts';
import { fill, inUse } from './by-hand.ts';
import { keyOf, placesOf } from './configuration.ts';
import { ledgerFolder, stateOf } from './ledgers.ts';
import { change } from './others.ts';
import { writtenNames } from './names.ts';
import { ours, quiet, readPlace, writeConfiguration, type World } from './world.ts';

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
  for (const { id, label, exists } of ours(world))
    if (exists && !tokens.has(id) && !labels.has(label)) world.announced.orphans.add(id);
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
  const token = used?.token;
  if (token === undefined) await makeRoom(world);
  world.replaces = token ?? (await world.kind.make(world.first, world.configuration.branch));
  watched.clear();
  for (const place of places) watched.set(keyOf(place), place);
  for (const [number, place] of places.entries()) {
    if (readings[number]?.token === world.replaces) continue;
    await change(world, place, writtenNames(place), undefined);
    if (place.server === 'first') await fill(world, place, inUse(world));
  }
  for (const one of ours(world))
    if (one.exists && one.id !== world.replaces) announced.orphans.add(one.id);
  announced.orphans.delete(world.replaces);
  return `${world.replaces} is in use; orphans are ${[...announced.orphans].join(', ') || 'none'}`;
}

/** Whoever makes one by hand deletes what nobody uses, if there can be no more. */
async function makeRoom({ kind, first, announced }: World): Promise<void> {
  if (kind.credential.labels) return;
  for (const { id } of kind.credential.tokens(first).filter(({ exists }) => exists)) {
    announced.condemned.add(id);
    await admin(first, [{ provider: kind.provider, op: 'revoke', id }]);
  }
}
