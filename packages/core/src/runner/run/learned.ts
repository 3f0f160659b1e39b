import type { KeyturnError } from '../../contracts/errors.ts';
import type { Credential, Permissions, TokenIssuer, TokenRef } from '../../contracts/issuer.ts';
import type { Reason } from '../../machine/due.ts';
import { freshMemory, type Intent, type Memory } from '../../machine/intent.ts';
import type { Contact } from './elsewhere.ts';
import type { SinkOutcome } from './request.ts';

/** All that a run has learned so far, as plain data. It dies with the process; the ledger is what stays. */
export interface Learned {
  /** What the next step is decided by. */
  readonly memory: Memory;
  /** What is asked for, without the sinks that the run goes on without. */
  readonly intent: Intent;
  /** The request's, or the same one acting with the new token, once the token that it acted with is to be revoked. */
  readonly issuer: TokenIssuer;
  /** Which thing each sink is, as its check told it, by the sink's id. */
  readonly things: ReadonlyMap<string, string>;
  /** What each sink's own clock showed during its check. */
  readonly clocks: ReadonlyMap<string, string>;
  /** The labels that the issuer has shown in this run, by the id of the token. */
  readonly labels: ReadonlyMap<string, string>;
  /** Whether the last look-up of each label of a lost attempt was answered. */
  readonly answered: ReadonlyMap<string, boolean>;
  /** Tokens that are not revoked, since nothing but the ledger says that they are this rotation's. */
  readonly unnamed: ReadonlySet<string>;
  /** Tokens whose revocation was accepted, and is not done yet. */
  readonly ending: ReadonlySet<string>;
  /** Tokens revoked by this run, in order. */
  readonly revoked: readonly string[];
  /** The token that the new one took the place of. */
  readonly previous: TokenRef | undefined;
  /** The plaintext in hand. */
  readonly credential: Credential | undefined;
  /** What is near the sinks that this run meets for the first time, which is read beside the steps before the first write. */
  readonly near: Promise<Contact> | undefined;
  /** When the checks had ended that the next step waits for, by the machine's clock. */
  readonly checkedAt: number | undefined;
  /** What the new token is to be granted. */
  readonly permissions: Permissions;
  /** What the token to be replaced may do, as the issuer told it. */
  readonly before: Permissions | undefined;
  readonly outcomes: ReadonlyMap<string, SinkOutcome>;
  readonly warnings: ReadonlySet<string>;
  /** Why a new token is wanted. */
  readonly reason: Reason | undefined;
  /** A run that may change something would do so. */
  readonly planned: boolean;
  /** Nothing was done after this, though something was left to do. */
  readonly broken: boolean;
  /** The first thing that went wrong. */
  readonly error: KeyturnError | undefined;
  /** Why it is not known of a token whether it exists: its answer was lost, or looking for it failed. Reported if nothing else went wrong. */
  readonly lost: KeyturnError | undefined;
}

/** What a step has learned. Maps, sets and lists are added to what is known, and everything else takes its place. */
export type Lesson = Partial<Omit<Learned, 'memory' | 'intent'>> & {
  readonly memory?: Partial<Omit<Memory, 'hand'>>;
  /** Sinks that the run goes on without, as if a filter had left them out. */
  readonly leftOut?: ReadonlySet<string>;
};

/** What a step learns, as it goes: one that is stopped in the middle has learned something too. */
export type Lessons<Result = void> = AsyncGenerator<Lesson, Result, void>;

export function nothingLearned(issuer: TokenIssuer, intent: Intent): Learned {
  return {
    memory: freshMemory,
    intent,
    issuer,
    things: new Map(),
    clocks: new Map(),
    labels: new Map(),
    answered: new Map(),
    unnamed: new Set(),
    ending: new Set(),
    revoked: [],
    previous: undefined,
    credential: undefined,
    near: undefined,
    checkedAt: undefined,
    permissions: [],
    before: undefined,
    outcomes: new Map(),
    warnings: new Set(),
    reason: undefined,
    planned: false,
    broken: false,
    error: undefined,
    lost: undefined,
  };
}

/** What is known after a lesson. Pure. */
export function learn(known: Learned, lesson: Lesson): Learned {
  const { memory, leftOut, error, ...others } = lesson;
  return {
    ...known,
    ...others,
    memory: withHand(remember(known.memory, memory, leftOut), lesson),
    intent: without(known.intent, leftOut),
    things: both(known.things, lesson.things),
    clocks: both(known.clocks, lesson.clocks),
    labels: both(known.labels, lesson.labels),
    answered: both(known.answered, lesson.answered),
    unnamed: either(known.unnamed, lesson.unnamed),
    ending: either(known.ending, lesson.ending),
    revoked: [...known.revoked, ...(lesson.revoked ?? [])],
    outcomes: both(known.outcomes, lesson.outcomes),
    warnings: either(known.warnings, lesson.warnings),
    error: firstError([known.error, error]),
  };
}

/** The first thing that went wrong; but that the lock was lost explains whatever went wrong before it showed. */
export function firstError(
  errors: readonly (KeyturnError | undefined)[],
): KeyturnError | undefined {
  return (
    errors.findLast((error) => error?.code === 'STATE_LOST') ??
    errors.find((error) => error !== undefined)
  );
}

function remember(
  known: Memory,
  change: Partial<Memory> = {},
  leftOut: ReadonlySet<string> | undefined,
): Memory {
  // What jobs showed before was of another token.
  const { tried, failedTrials } = change.completed === true ? freshMemory : known;
  return {
    ...known,
    ...change,
    failedSinks: either(either(known.failedSinks, change.failedSinks), leftOut),
    lookUps: both(known.lookUps, change.lookUps),
    unreadableSinks: either(known.unreadableSinks, change.unreadableSinks),
    uses: both(known.uses, change.uses),
    tried: either(tried, change.tried),
    failedTrials: either(failedTrials, change.failedTrials),
    unrevoked: either(known.unrevoked, change.unrevoked),
  };
}

/** What is in hand is the token of which the plaintext is. */
function withHand(memory: Memory, lesson: Lesson): Memory {
  if (!('credential' in lesson)) return memory;
  const { hand: _, ...others } = memory;
  return lesson.credential === undefined ? others : { ...others, hand: lesson.credential.token.id };
}

function without(intent: Intent, leftOut: ReadonlySet<string> | undefined): Intent {
  if (leftOut === undefined) return intent;
  return { ...intent, selected: intent.selected.filter((id) => !leftOut.has(id)) };
}

function both<Value>(
  known: ReadonlyMap<string, Value>,
  more: ReadonlyMap<string, Value> | undefined,
): ReadonlyMap<string, Value> {
  return more === undefined || more.size === 0 ? known : new Map([...known, ...more]);
}

function either(
  known: ReadonlySet<string>,
  more: ReadonlySet<string> | undefined,
): ReadonlySet<string> {
  return more === undefined || more.size === 0 ? known : new Set([...known, ...more]);
}
