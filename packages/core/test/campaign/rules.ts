import { holders, readState } from '../../src/unstable.ts';
import { tokenIn, type World } from './world.ts';

/** Rules 1 and 7, which hold at every instant. */
export function look(world: World): void {
  const { issuer, sinks, broken, stranger } = world;
  for (const { id, secret, revokedAt } of issuer.tokens) {
    if (revokedAt === undefined) continue;
    if (id === stranger) broken.add("rule 7: a stranger's token was revoked");
    for (const sink of sinks)
      for (const value of sink.values.values())
        if ((value.includes(id) || value.includes(secret)) && !wasCondemned(world, id))
          broken.add(`rule 1: ${sink.id} holds ${id}, which was revoked`);
  }
}

/** The user said that it leaked, and that it is to die whoever holds it. */
function wasCondemned({ store }: World, token: string): boolean {
  const event = JSON.stringify({ type: 'condemned', token });
  return store.ledgers.get('ci')?.some((line) => line.includes(event)) === true;
}

/** Rule 2, which holds whenever no run is under way: a token that keyturn made is known to the ledger, or is looked for. */
export async function lookForOrphans(world: World): Promise<void> {
  const { tokens, attempts } = await readState(world.store, 'ci');
  for (const { id, label } of live(world))
    if (label.startsWith('keyturn-') && !tokens.has(id))
      if (!attempts.some((attempt) => attempt.label === label))
        world.broken.add(`rule 2: nobody knows ${id} any more`);
}

/** Rule 5: one token is left, and every sink has it whole. */
export async function lookForTheEnd(world: World, current: string | undefined): Promise<void> {
  const { sinks } = await readState(world.store, 'ci');
  const others = [...sinks.values()].filter(
    ({ id }) => !world.sinks.some((sink) => sink.id === id),
  );
  // Names that the configuration has no longer keep alive what they may hold.
  const kept = new Set(others.flatMap((sink) => [...holders(sink)]));
  const left = live(world)
    .map(({ id }) => id)
    .filter((id) => id === current || !kept.has(id));
  if (left.length !== 1 || left[0] !== current)
    world.broken.add(`rule 5: ${left.join(', ')} are left, and ${current} is the current one`);
  for (const sink of world.sinks)
    if (tokenIn(world, sink) !== current)
      world.broken.add(`rule 5: ${sink.id} does not hold ${current}`);
}

function live({ issuer, stranger }: World): { id: string; label: string }[] {
  return issuer.tokens.filter(({ id, revokedAt }) => revokedAt === undefined && id !== stranger);
}
