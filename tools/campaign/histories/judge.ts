import { keyOf, placesOf } from './configuration.ts';
import { stateOf } from './ledgers.ts';
import { ours, readPlace, tokensOf, type World } from './world.ts';

/** What holds at every instant. Returns the rules that are broken, in words. */
export async function judge(world: World): Promise<readonly string[]> {
  return [...(await judgePlaces(world)), ...judgeStrangers(world), ...(await judgeOrphans(world))];
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
  return tokensOf(world)
    .filter(({ id, revokedAt }) => !own.has(id) && revokedAt !== null)
    .map(({ id, name }) => `rule 7: ${id} (${name}) was revoked`);
}

/** Rule 2: a token that keyturn made is known to the ledger, or looked for. */
async function judgeOrphans(world: World): Promise<string[]> {
  const { tokens, attempts, active } = await stateOf(world, world.configuration.rotation);
  const labels = new Set([...attempts.map(({ label }) => label), active?.label]);
  return ours(world)
    .filter(({ name, revokedAt }) => revokedAt === null && name.startsWith('keyturn-'))
    .filter(({ id }) => id !== world.replaces && !world.announced.orphans.has(id))
    .filter(({ id, name }) => !tokens.has(id) && !labels.has(name))
    .map(({ id, name }) => `rule 2: nobody knows ${id} (${name}) any more`);
}
