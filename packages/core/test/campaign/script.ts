import * as fc from 'fast-check';

import type { PlatformTimes } from '../../src/testing/memory/platform.ts';

export const HOUR = 3_600_000;
export const DAY = 24 * HOUR;

/** What becomes of one request or append of a run, or what happens in the world while it is under way. */
export type Mishap =
  | { readonly what: 'refused' | 'failed' | 'unanswered' }
  /** The answer is lost, and the effect lands after that part of the settle time. */
  | { readonly what: 'late'; readonly delay: number }
  /** SIGKILL: before it is sent, once it took effect, or while it may land after that part of the settle time. */
  | { readonly what: 'killed'; readonly when: 'before' | 'after' | number }
  /** SIGINT, with a server that does not answer any more. */
  | { readonly what: 'interrupted' }
  | { readonly what: 'clock jumps'; readonly by: number }
  /**
   * Another run begins. Where it takes over, this one is stopped meanwhile, and goes on afterwards; only a request that
   * makes or delivers a token leaves before, since how late that may land is limited.
   */
  | { readonly what: 'another run'; readonly takesOver: boolean };

/** One run, with what goes wrong at its nth request. Sinks are named by their number. */
export interface Run {
  readonly action: 'run';
  readonly selected: readonly number[] | 'all';
  readonly force: boolean;
  readonly grace: number;
  readonly wait: boolean;
  readonly optional: boolean;
  /** An abort, or the replacement of a token that leaked. */
  readonly special?: 'abort' | 'replace-first' | 'revoke-first' | undefined;
  /** A replaced token has to be quiet before it is revoked. */
  readonly quiet?: boolean;
  /** Jobs have to prove the new token where a sink has a CI. */
  readonly canary?: boolean;
  /** What becomes of what somebody else did. */
  readonly drift?: 'report' | 'heal' | 'off';
  /** The user says that no other names hold the token in use. */
  readonly allow?: boolean;
  readonly mishaps: readonly (readonly [nth: number, mishap: Mishap])[];
}

export type Action =
  | Run
  | { readonly action: 'time passes'; readonly by: number }
  | { readonly action: 'clock jumps'; readonly by: number }
  /** These sinks are those of the configuration from now on, once the ledger has met the first ones. */
  | { readonly action: 'configure'; readonly sinks: readonly number[] }
  /** The user edits the names that the secret is written under. */
  | { readonly action: 'edit'; readonly names: 'first' | 'other' }
  /** Somebody else overwrites a secret. */
  | { readonly action: 'foreign write'; readonly sink: number }
  /** A sink that left the configuration is emptied by hand, and forgotten. */
  | { readonly action: 'forget'; readonly sink: number };

interface SinkPlan {
  readonly readBack: 'value' | 'tail' | 'stamp' | 'none';
  readonly atomic: boolean;
  /** It is in the configuration from the beginning, and holds the token that was made by hand. */
  readonly isFirst: boolean;
  /** Jobs can be started there. */
  readonly hasCi?: boolean;
  /** How its platform tells the time; as the memory sink does by default. */
  readonly platform?: PlatformTimes;
  /** A write's answer does not show its stamp. */
  readonly stampsLater?: boolean;
}

/** A world and what happens in it, as plain data: it is printed whole where a rule is broken. */
export interface Script {
  readonly sinks: readonly SinkPlan[];
  readonly layout: 'pair' | 'joined' | 'file';
  /** How long a lost request may still land. @default two minutes */
  readonly settle?: number;
  readonly actions: readonly Action[];
}

/** A part of the settle time. */
const delay = fc.double({ min: 0, max: 0.9, noNaN: true });
const jump = fc.constantFrom(-DAY, DAY);

const mishap: fc.Arbitrary<Mishap> = fc.oneof(
  fc.constantFrom<Mishap>({ what: 'refused' }, { what: 'failed' }, { what: 'unanswered' }),
  delay.map((ms): Mishap => ({ what: 'late', delay: ms })),
  fc
    .oneof(fc.constantFrom('before' as const, 'after' as const), delay)
    .map((when): Mishap => ({ what: 'killed', when })),
  fc.constant<Mishap>({ what: 'interrupted' }),
  jump.map((by): Mishap => ({ what: 'clock jumps', by })),
  fc.boolean().map((takesOver): Mishap => ({ what: 'another run', takesOver })),
);

/** Each sink or not, and at least one. */
function someOf(count: number): fc.Arbitrary<readonly number[]> {
  return fc.subarray([...Array(count).keys()], { minLength: 1 });
}

function run(count: number): fc.Arbitrary<Run> {
  return fc.record({
    action: fc.constant('run'),
    selected: fc.oneof(
      { weight: 2, arbitrary: fc.constant('all' as const) },
      { weight: 1, arbitrary: someOf(count) },
    ),
    force: fc.boolean(),
    grace: fc.constantFrom(0, HOUR),
    wait: fc.boolean(),
    optional: fc.boolean(),
    special: fc.oneof(
      { weight: 4, arbitrary: fc.constant(undefined) },
      {
        weight: 1,
        arbitrary: fc.constantFrom('abort', 'replace-first', 'revoke-first'),
      },
    ),
    quiet: fc.boolean(),
    canary: fc.boolean(),
    drift: fc.constantFrom('report', 'heal', 'off'),
    mishaps: fc.array(fc.tuple(fc.integer({ min: 1, max: 12 * count + 15 }), mishap), {
      maxLength: 4,
    }),
  });
}

function actions(count: number): fc.Arbitrary<readonly Action[]> {
  const passing = fc
    .oneof(fc.integer({ min: 0, max: 2 * HOUR }), fc.constant(90 * DAY))
    .map((by): Action => ({ action: 'time passes', by }));
  const others = fc.oneof(
    passing,
    jump.map((by): Action => ({ action: 'clock jumps', by })),
    someOf(count).map((sinks): Action => ({ action: 'configure', sinks })),
    fc.nat({ max: count - 1 }).map((sink): Action => ({ action: 'forget', sink })),
    fc.nat({ max: count - 1 }).map((sink): Action => ({ action: 'foreign write', sink })),
    fc
      .constantFrom('first' as const, 'other' as const)
      .map((names): Action => ({ action: 'edit', names })),
  );
  return fc.array(
    fc.oneof({ weight: 3, arbitrary: run(count) }, { weight: 1, arbitrary: others }),
    { minLength: 1, maxLength: 12 },
  );
}

const platform: fc.Arbitrary<PlatformTimes> = fc.record({
  resolution: fc.constantFrom(1, 1000, 60_000),
  stamps: fc.constantFrom(0, 7321, -7_000_000),
  shown: fc.constantFrom(0, -2143, 5_000_000, 'none' as const),
  lag: fc.constantFrom(0, 0, 1500),
});

export const script: fc.Arbitrary<Script> = fc.integer({ min: 1, max: 8 }).chain((count) =>
  fc.record({
    sinks: fc.array(
      fc.record({
        readBack: fc.constantFrom('value', 'tail', 'stamp', 'none'),
        atomic: fc.boolean(),
        isFirst: fc.boolean(),
        hasCi: fc.boolean(),
        platform,
        stampsLater: fc.boolean(),
      }),
      { minLength: count, maxLength: count },
    ),
    layout: fc.constantFrom('pair', 'joined', 'file'),
    settle: fc.constantFrom(20_000, 120_000, 600_000),
    actions: actions(count),
  }),
);
