import { keyOf, placesOf } from './configuration.ts';
import { strangers } from '../credentials/all.ts';
import { allStates } from './ledgers.ts';
import { judgeSide } from './side.ts';
import { ours, readPlace, tokensOf, type World } from './world.ts';

/** What holds at every instant. Returns the rules that are broken, in words. */
export async function judge(world: World): Promise<readonly string[]> {
  return [
    ...(await judgePlaces(world)),
    ...(await judgeSide(world)),
    ...judgeStrangers(world),
    ...(await judgeOrphans(world)),
  ];
}

/** Rule 1: no job reads a token that was revoked, and none that is written at once is torn. */
async function judgePlaces(world: World): Promise<string[]> {
  const { announced, watched, whole } = world;
  const configured = new Set(placesOf(world.configuration, world.folder).map(keyOf));
  const broken: string[] = [];
  for (const [key, place] of watched) {
    const { reads, token = '' } = await readPlace(world, place);
    if (
      reads === 'revoked' &&
      !announced.condemned.has(token) &&
      announced.stale.get(key) !== token
    )
      broken.push(`rule 1: ${key} reads ${token}, which was revoked`);
    if (reads === 'works' && configured.has(key)) whole.add(key);
    if (reads === 'torn' && place.layout !== 'pair' && whole.has(key))
      broken.push(`an atomic layout is torn at ${key}`);
  }
  return broken;
}

/** Rule 7: tokens that are nobody's business here. */
function judgeStrangers(world: World): string[] {
  const own = new Set(ours(world).map(({ id }) => id));
  const { condemned } = world.announced;
  return [...tokensOf(world), ...strangers(world.kind.credential, world.first)]
    .filter(({ id, exists }) => !own.has(id) && !exists && !condemned.has(id))
    .map(({ id, label }) => `rule 7: ${id} (${label}) was revoked`);
}

/** Rule 2: a token that keyturn made is known to the ledger, or looked for. */
async function judgeOrphans(world: World): Promise<string[]> {
  const states = await allStates(world);
  const labels = new Set(
    states.flatMap(({ attempts, active }) => [
      ...attempts.map(({ label }) => label),
      active?.label,
    ]),
  );
  const known = new Set(states.flatMap(({ tokens }) => [...tokens.keys()]));
  const { labels: hasLabels } = world.kind.credential;
  // Without labels, it is found by what was there before.
  if (!hasLabels && labels.size > 0) return [];
  return ours(world)
    .filter(({ label, exists }) => exists && (!hasLabels || label.startsWith('keyturn-')))
    .filter(({ id }) => id !== world.replaces && !world.announced.orphans.has(id))
    .filter(({ id, label }) => !known.has(id) && !labels.has(label))
    .map(({ id, label }) => `rule 2: nobody knows ${id} (${label}) any more`);
}
