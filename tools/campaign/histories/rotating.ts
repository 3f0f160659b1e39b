import {
  controlOf,
  type Fault,
  type RecordedRequest,
} from '../../../packages/sandbox/src/index.ts';
import type { Ended } from '../start.ts';
import { isChange } from '../verdict.ts';
import { FIRST_NAME, SETTLE } from './configuration.ts';
import type { Mishap, Run } from './history.ts';
import { condemned, stateOf } from './ledgers.ts';
import { choiceOf } from './sinks.ts';
import { configuredTarget, run, sandboxOf, type World } from './world.ts';

const CHANGES = '^(?!/oauth)';

/** What `--json` tells of the one rotation. */
export interface Report {
  readonly outcome: string;
  readonly current: { readonly id: string } | null;
  readonly revoked: readonly string[];
  readonly kept: readonly { id: string; reason: string; sinks: readonly string[] }[];
  readonly error: {
    readonly code: string;
    readonly message: string;
    readonly hint: string | null;
  } | null;
  readonly drifted?: readonly string[];
  readonly sinks?: readonly { id: string; status: string }[];
}

export function reportOf({ stdout }: Ended): Report | undefined {
  try {
    return (JSON.parse(stdout) as { rotations: Report[] }).rotations[0];
  } catch {
    return undefined;
  }
}

/** Runs `keyturn rotate` once, with what goes wrong. */
export async function rotate(world: World, one: Run): Promise<Ended> {
  const { sinks } = world.configuration;
  const filter = one.filter && sinks[one.filter.nth % sinks.length];
  const chosen =
    filter === undefined
      ? []
      : ['--sink', one.filter?.kind ? choiceOf(filter).kind : configuredTarget(world, filter)];
  const breakGlass = one.breakGlass === undefined ? [] : ['--break-glass'];
  if (one.breakGlass === 'revoke-first') breakGlass.push('--revoke-first');
  const args = [...(one.force ? ['--force'] : []), ...chosen, ...breakGlass];
  const ended = await withMishaps(world, one.mishaps, () => rotateOnce(world, args, one.point));
  // Every token that the rotation has by then dies, whoever holds it.
  if (one.breakGlass === 'revoke-first')
    for (const id of await condemned(world)) world.announced.condemned.add(id);
  return ended;
}

export async function rotateOnce(
  world: World,
  args: readonly string[],
  point?: Run['point'],
): Promise<Ended> {
  const { rotation } = world.configuration;
  // A ledger that began under another name does not know what was ended before.
  const isNeeded =
    rotation === FIRST_NAME || (await stateOf(world, rotation)).current === undefined;
  const replaces = isNeeded ? ['--replaces', world.replaces] : [];
  const named = world.configuration.settings.shared ? [rotation] : [];
  return run(world, ['rotate', ...named, ...replaces, '--json', ...args], point);
}

/** Faults happen to what runs within; those of a provider that came to nothing are gone afterwards. */
export async function withMishaps(
  world: World,
  mishaps: readonly Mishap[],
  act: () => Promise<Ended>,
): Promise<Ended> {
  const faults = mishaps.flatMap(faultsOf);
  const servers = [world.first, world.second].filter((one) => one !== undefined).map(controlOf);
  if (faults.length > 0) await Promise.all(servers.map(({ fault }) => fault(...faults)));
  const ended = await act();
  if (faults.length > 0) await Promise.all(servers.map(({ clearFaults }) => clearFaults()));
  const held = mishaps.some(({ action }) => (action.holdMs ?? action.delayMs) !== undefined);
  if (held || ended.killed) world.quietAt = Math.max(world.quietAt, Date.now() + SETTLE);
  return ended;
}

/** The nth change of each method, or the nth request of all. */
function faultsOf({ to, after, action }: Mishap): Fault[] {
  if (to === 'requests') return [{ path: CHANGES, after, times: 1, action }];
  return ['PUT', 'POST', 'PATCH', 'DELETE'].map((method) => ({ method, after, times: 1, action }));
}

/** The requests that were meant to change something. */
export function changesAsked(world: World): Promise<number> {
  return requestsOf(world, isChange);
}

export async function requestsOf(
  world: World,
  wanted: (request: RecordedRequest) => boolean,
): Promise<number> {
  const servers = new Set([world.first, sandboxOf(world, { server: 'second' })]);
  let count = 0;
  for (const server of servers) count += (await controlOf(server).requests()).filter(wanted).length;
  return count;
}
