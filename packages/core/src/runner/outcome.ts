import type { RotationState } from '../ledger/state.ts';
import type { Learned } from './run/learned.ts';
import type { KeptToken, Outcome } from './run/request.ts';

/** All that an outcome depends on, when a run has ended. Plain data. */
export interface Ending {
  readonly state: RotationState;
  readonly learned: Learned;
  /** Replaced tokens that are still valid. */
  readonly kept: readonly KeptToken[];
  /** What somebody else overwrote, removed or ended, if that is looked for. */
  readonly drifted: readonly string[];
  /** The sinks of which jobs may read a token that is revoked. */
  readonly stranded: readonly string[];
  /** A sink that refused the last token is not tried again yet. */
  readonly waits: boolean;
  readonly dryRun: boolean;
  /** By the user, or by the system. */
  readonly interrupted: boolean;
  readonly lockLost: boolean;
}

type Condition = (ending: Ending) => boolean;

/** What a run came to: the worst that holds. Pure. */
export function outcomeOf(ending: Ending): Outcome {
  if (ending.dryRun) return planOf(ending);
  if (hasFailed(ending)) return 'failed';
  if (LEFT_UNDONE.some((isSo) => isSo(ending))) return 'incomplete';
  if (isWaiting(ending)) return 'waiting';
  if (ending.drifted.length > 0) return 'drifted';
  if (isInGrace(ending)) return 'grace';
  return hasChanged(ending) ? 'rotated' : 'current';
}

/** What a run would come to. */
function planOf(ending: Ending): Outcome {
  const { memory, planned } = ending.learned;
  if (memory.gaveUp) return 'failed';
  if (planned) return 'planned';
  if (isWaiting(ending)) return 'waiting';
  return ending.drifted.length > 0 ? 'drifted' : 'current';
}

/** No token could be asked for, or none of those that were is in use. */
const hasFailed: Condition = ({ state, learned: { memory } }) =>
  memory.gaveUp || (memory.asked > 0 && state.active === undefined && !memory.completed);

/** It ended before it was done. */
const wasStopped: Condition = ({ learned, lockLost }) => learned.broken || lockLost;

/** Some sinks do not have the new token. */
const isDelivering: Condition = ({ state, learned: { memory } }) =>
  state.phase === 'delivering' || memory.failedSinks.size > 0;

/** No job has shown that the new token works, though one was asked to. */
const isUnproved: Condition = ({ learned: { memory } }) => memory.failedTrials.size > 0;

/** A token was to be revoked and could not be; one that is not believed to be ours was not to be. */
const isUnrevoked: Condition = ({ learned: { memory, unnamed, ending } }) =>
  [...memory.unrevoked].some((id) => !unnamed.has(id) && !ending.has(id));

/** An interrupt of a wait leaves what a run without one leaves. */
const wasInterrupted: Condition = ({ state, learned, kept, interrupted }) => {
  if (!interrupted) return false;
  const wasWaiting = kept.length > 0 && kept.every(waitsForTime);
  const isDue = learned.reason !== undefined && !learned.memory.completed;
  return !wasWaiting || state.active !== undefined || isDue;
};

/** It is not known of a token whether it exists, since looking for it failed. */
const isUnknown: Condition = ({ state, learned: { answered } }) =>
  state.attempts.some(({ label }) => answered.get(label) === false);

/** An abort and a break-glass run are to end tokens; what a sink may hold is waited for by nobody, and told. */
const isAlive: Condition = ({ learned: { intent }, kept }) =>
  (intent.abort === true || intent.breakGlass !== undefined) &&
  kept.some(({ reason }) => reason === 'held' || reason === 'unnamed');

/** Jobs fail until their sink is written. */
const isStranded: Condition = ({ stranded }) => stranded.length > 0;

/** Each of these leaves something that another run has to do; their order does not matter. */
const LEFT_UNDONE: readonly Condition[] = [
  wasStopped,
  isDelivering,
  isUnproved,
  isUnrevoked,
  wasInterrupted,
  isUnknown,
  isAlive,
  isStranded,
];

/** A new token is due, and is not asked for yet. */
const isWaiting: Condition = ({ learned, waits }) =>
  learned.reason !== undefined && waits && !learned.memory.completed;

/** Only time has to pass until a token is revoked, or is known not to exist. */
const isInGrace: Condition = ({ state, kept }) =>
  kept.some(waitsForTime) || state.attempts.length > 0;

const hasChanged: Condition = ({ learned }) =>
  learned.memory.completed || learned.revoked.length > 0;

/** What only time, or a later run, is needed for. */
const TIME: ReadonlySet<KeptToken['reason']> = new Set([
  'grace',
  'settling',
  'used',
  'unproved',
  'disabled',
  'ending',
]);

function waitsForTime({ reason }: KeptToken): boolean {
  return TIME.has(reason);
}
