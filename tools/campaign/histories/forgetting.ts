import { holders, storedNames, type SinkRecord } from '../../../packages/core/src/unstable.ts';
import { isSameThing, placesOf, type JobPlace } from './configuration.ts';
import { stateOf } from './ledgers.ts';
import { change } from './others.ts';
import { writtenNames } from './names.ts';
import { choices } from './sinks.ts';
import { contextId, quiet, readPlace, run, type World } from './world.ts';

/** A place that left the configuration is emptied by hand, and forgotten if nothing there reads what it held any more. */
export async function forgetPlace(world: World, nth: number): Promise<string> {
  const { configuration, folder } = world;
  const current = placesOf(configuration, folder);
  const { sinks } = await stateOf(world, configuration.rotation);
  const left = [...sinks.values()].filter(
    (sink) => sink.place !== undefined && !sink.id.endsWith('#elsewhere'),
  );
  const known = left.flatMap((sink) => {
    const place = physical(world, sink);
    const isCurrent = current.some(
      (one) =>
        place !== undefined &&
        isSameThing(one, place) &&
        sameNames(writtenNames(one), namesOf(sink)),
    );
    return place === undefined || (isCurrent && !sink.id.includes('#')) ? [] : [{ sink, place }];
  });
  const chosen = known[nth % Math.max(1, known.length)];
  if (chosen === undefined) return 'there is none';
  const { sink, place } = chosen;
  await quiet(world);
  const inUse = new Set(
    current.filter((one) => isSameThing(one, place)).flatMap((one) => writtenNames(one)),
  );
  const names = namesOf(sink).filter((name) => !inUse.has(name));
  await change(world, place, names, undefined);
  for (const [key, one] of world.watched)
    if (isSameThing(one, place) && writtenNames(one).some((n) => names.includes(n)))
      world.watched.delete(key);
  const held = holders(sink);
  for (const one of world.watched.values()) {
    if (one.sink !== place.sink) continue;
    const { token = '' } = await readPlace(world, one);
    if (held.has(token)) return `${sink.id}: ${token} is still read there`;
  }
  const args = ['forget', configuration.rotation, '--sink', sink.id, '--yes', '--json'];
  const { code } = await run(world, args);
  return `${sink.id}: exit ${code}`;
}

function namesOf({ place }: SinkRecord): readonly string[] {
  return place === undefined ? [] : storedNames(place.layout);
}

function sameNames(one: readonly string[], other: readonly string[]): boolean {
  return one.length === other.length && one.every((name) => other.includes(name));
}

/** Which thing of the history the ledger means. */
function physical(world: World, { place }: SinkRecord): JobPlace | undefined {
  if (place === undefined) return undefined;
  const { target, server = '', layout } = place;
  const context = contextId(world);
  const sink = choices.findIndex((choice) => {
    const spellings = [choice.target, choice.respelt?.replace('{context}', context)];
    for (const [from, to] of world.repositories) spellings.push(choice.target.replace(from, to));
    return spellings.some((one) => one?.toLowerCase() === target.toLowerCase());
  });
  if (sink < 0) return undefined;
  const isSecond = world.second !== undefined && server.startsWith(world.second.urls.github);
  const folders = [...world.watched.values()].map((one) => one.folder);
  return {
    sink,
    server: isSecond ? 'second' : 'first',
    // A file of a folder that was moved is where the folder is now.
    folder: choices[sink]?.kind !== 'env' ? '' : folders.includes(server) ? server : world.folder,
    kind: world.kind.credential.kind,
    layout: layout.kind,
    naming: 0,
  };
}
