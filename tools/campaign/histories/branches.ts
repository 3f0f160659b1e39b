import { admin } from './admin.ts';
import { keyOf, placesOf } from './configuration.ts';
import { stateOf } from './ledgers.ts';
import { ours, quiet, readPlace, run, writeConfiguration, type World } from './world.ts';

/**
 * The branch of the credentials gets another name: to keyturn, that is another issuer. The user does what the messages say: the
 * sinks are forgotten, and a rotation of another name starts over with the credential that jobs use.
 */
export async function renameBranch(world: World): Promise<string> {
  const { configuration, first, kind, announced, watched } = world;
  const { branch: from = 'main', rotation } = configuration;
  const { database: name } = kind.credential.issuer;
  const places = placesOf(configuration, world.folder);
  const own = new Set(ours(world).map(({ id }) => id));
  const readings = await Promise.all(places.map((place) => readPlace(world, place)));
  const [used] = readings;
  const isWhole = readings.every(
    ({ reads, token = '' }) => reads === 'works' && token === used?.token && own.has(token),
  );
  if (used?.token === undefined || !isWhole) return 'jobs do not all work';
  await quiet(world);
  const number = Number(/\d+$/.exec(from)?.[0] ?? 1) + 1;
  const to = `trunk-${number}`;
  await admin(first, [{ provider: 'planetscale', op: 'rename', name, id: from, to }]);
  const lost = await run(world, ['rotate', '--force', '--json']);
  if (lost.code !== 4 && lost.code !== 2 && lost.code !== 3)
    world.broken.push(`rule 11: a branch that is not there ends with ${lost.code}`);
  configuration.branch = to;
  const { issuer, sinks } = await stateOf(world, rotation);
  if (issuer !== undefined) {
    for (const id of sinks.keys()) await run(world, ['forget', rotation, '--sink', id, '--yes']);
    configuration.rotation = `ci-github-${to}`;
  }
  world.replaces = used.token;
  world.copy = undefined;
  watched.clear();
  for (const place of places) watched.set(keyOf(place), place);
  await writeConfiguration(world);
  for (const { id, exists } of ours(world))
    if (exists && id !== world.replaces) announced.orphans.add(id);
  announced.orphans.delete(world.replaces);
  return `${from} is ${to}; ${world.replaces} is in use`;
}
