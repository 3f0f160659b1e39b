import type { Late, ModelState, World } from './world.ts';

/** The issuer creates a token. */
export function landCreate(world: World, label: string): { world: World; id: string } {
  const id = `t${world.nextToken}`;
  return {
    world: {
      ...world,
      tokens: [...world.tokens, { id, label, live: true }],
      nextToken: world.nextToken + 1,
    },
    id,
  };
}

/** The sink stores a token. */
export function landWrite(
  world: World,
  sink: string,
  token: string,
): { world: World; version: number } {
  const version = (world.sinks.find(({ id }) => id === sink)?.version ?? 0) + 1;
  return {
    world: {
      ...world,
      sinks: world.sinks.map((one) =>
        one.id === sink ? { id: sink, holds: token, version } : one,
      ),
    },
    version,
  };
}

export function tokenOfLabel(world: World, label: string): string[] {
  return world.tokens.filter((token) => token.label === label && token.live).map(({ id }) => id);
}

/** Every state in which one of the lost requests lands now. */
export function landings(state: ModelState): ModelState[] {
  return state.world.late
    .filter(({ until }) => state.now < until)
    .map((late) => ({
      ...state,
      world: land({ ...state.world, late: state.world.late.filter((one) => one !== late) }, late),
    }));
}

function land(world: World, late: Late): World {
  return late.what === 'create'
    ? landCreate(world, late.label).world
    : landWrite(world, late.sink, late.token).world;
}

/** Without the requests that cannot land any more. */
export function expire(state: ModelState): ModelState {
  const late = state.world.late.filter(({ until }) => state.now < until);
  return late.length === state.world.late.length
    ? state
    : { ...state, world: { ...state.world, late } };
}
