import type { Start } from '../start.ts';
import { converge } from './end.ts';
import type { History } from './history.ts';
import { judge } from './judge.ts';
import { eventsOf } from './ledgers.ts';
import { perform } from './perform.ts';
import { operationText } from './print.ts';
import { openWorld } from './open.ts';
import { closeWorld, type World } from './world.ts';

/** What came of a history. */
export interface Played {
  readonly broken: readonly string[];
  /** What was done and what came of it. */
  readonly transcript: readonly string[];
  /** The ledgers, if a rule was broken. */
  readonly events: readonly string[];
}

/** Plays a history in a world of its own until a rule is broken or it is over. */
export async function play(history: History, start: Start): Promise<Played> {
  const world = await openWorld(history.settings, history.seed, start);
  try {
    const broken = await playIn(world, history);
    const events = broken.length > 0 ? await eventsOf(world) : [];
    return { broken, transcript: world.transcript, events };
  } finally {
    await closeWorld(world);
  }
}

async function playIn(world: World, { operations }: History): Promise<readonly string[]> {
  for (const [number, operation] of operations.entries()) {
    const came = await perform(world, operation);
    world.transcript.push(`${number + 1}. ${operationText(operation)}: ${came}`);
    world.broken.push(...(await judge(world)));
    if (world.broken.length > 0) return world.broken;
  }
  return [...(await converge(world)), ...world.broken];
}
