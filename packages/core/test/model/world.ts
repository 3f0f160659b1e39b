import {
  applyRecords,
  emptyState,
  freshMemory,
  type Memory,
  type RotationEvent,
  type RotationState,
  type Step,
} from '../../src/index.ts';

/** How long a lost request may land late, in the model's units of time. */
export const SETTLE = 1;

type ReadBack = 'id' | 'timestamp' | 'none';

/** The providers, as they are. */
export interface World {
  /** Every token that exists or existed. */
  readonly tokens: readonly {
    readonly id: string;
    readonly label: string;
    readonly live: boolean;
    /** The user wanted it dead, whoever holds it. */
    readonly condemned?: true;
  }[];
  readonly sinks: readonly {
    readonly id: string;
    readonly holds: string;
    readonly version: number;
  }[];
  /** Requests whose answer was lost and that have not landed yet. */
  readonly late: readonly Late[];
  readonly nextToken: number;
}

export type Late =
  | { readonly what: 'create'; readonly label: string; readonly until: number }
  | {
      readonly what: 'write';
      readonly sink: string;
      readonly token: string;
      readonly until: number;
    };

/** What a run is asked to do: what is due, a new token in any case, to give up, or to let the leaked token die first. */
export type RunKind = 'due' | 'forced' | 'abort' | 'revoke-first';

/** One run of keyturn: what its process has in mind, and where in a step it is. */
export interface Process {
  readonly memory: Memory;
  readonly filter: readonly string[];
  readonly kind: RunKind;
  readonly step?: Step;
  /** What is left of the step: the next line to execute, with what the lines before it found. */
  readonly rest?: Rest;
}

export type Rest =
  | {
      readonly line: 'append';
      readonly events: readonly RotationEvent[];
      readonly remember?: Partial<Memory>;
      readonly goesOn?: Rest;
    }
  | { readonly line: 'create'; readonly label: string }
  | {
      readonly line: 'write';
      readonly token: string;
      readonly sinks: readonly string[];
      readonly settles: boolean;
    }
  | { readonly line: 'announce'; readonly token: string; readonly sinks: readonly string[] }
  | { readonly line: 'look'; readonly sinks: readonly string[] }
  | { readonly line: 'revoke'; readonly tokens: readonly string[]; readonly announced: boolean };

export interface ModelState {
  readonly ledger: RotationState;
  readonly world: World;
  readonly process?: Process;
  readonly now: number;
  /** The sinks of the configuration, as it is now. */
  readonly configured: readonly string[];
  /** How many labels were made. */
  readonly labels: number;
  /** What may still go wrong or be begun. */
  readonly budget: {
    readonly runs: number;
    readonly crashes: number;
    readonly faults: number;
    readonly ticks: number;
    /** How often a sink may be added to the configuration or removed from it. */
    readonly changes: number;
  };
}

export interface Settings {
  readonly sinks: readonly string[];
  /** A sink that may be added. */
  readonly spare?: string;
  /** How runs may be begun. */
  readonly kinds: readonly RunKind[];
  readonly readBack: ReadBack;
  readonly grace: number;
  readonly budget: ModelState['budget'];
}

const EPOCH = Date.UTC(2026, 0, 1);

/** The model's time as the ledger's. */
export function iso(now: number): string {
  return new Date(EPOCH + now).toISOString();
}

/** The model's time as `decide` sees it. */
export function milliseconds(now: number): number {
  return EPOCH + now;
}

export function append(state: ModelState, events: readonly RotationEvent[]): ModelState {
  const records = events.map((event) => ({ seq: 0, prev: '', at: iso(state.now), event }));
  return { ...state, ledger: applyRecords(state.ledger, records) };
}

/** An old token in every sink, adopted; and a stranger's token that is nobody's business. */
export function initialState({ sinks, spare, budget }: Settings): ModelState {
  const token = (id: string) => ({ id, label: id, live: true });
  const start: ModelState = {
    ledger: emptyState,
    world: {
      tokens: [token('old'), token('foreign')],
      sinks: [
        ...sinks.map((id) => ({ id, holds: 'old', version: 0 })),
        ...(spare === undefined ? [] : [{ id: spare, holds: 'nothing', version: 0 }]),
      ],
      late: [],
      nextToken: 1,
    },
    now: 0,
    configured: sinks,
    labels: 0,
    budget,
  };
  return append(start, [
    { type: 'opened', rotation: 'r', summary: { tokens: [], sinks: [], attempts: [] } },
    {
      type: 'adopted',
      token: { id: 'old', label: 'old', issuedAt: iso(0) },
      sinks,
      permissions: [],
    },
  ]);
}

export function startRun(state: ModelState, filter: readonly string[], kind: RunKind): ModelState {
  return {
    ...state,
    process: { memory: freshMemory, filter, kind },
    budget: { ...state.budget, runs: state.budget.runs - 1 },
  };
}

/** Two states with the same key are the same. A number of 53 bits, since texts of millions of states fill the memory. */
export function keyOf({
  ledger,
  world,
  process,
  now,
  configured,
  labels,
  budget,
}: ModelState): number {
  const memory = process?.memory;
  return hash(
    JSON.stringify([
      { ...ledger, tokens: [...ledger.tokens.values()], sinks: [...ledger.sinks.values()] },
      world,
      process === undefined
        ? 0
        : {
            ...process,
            memory: {
              ...memory,
              failedSinks: [...(memory?.failedSinks ?? [])],
              lookUps: [...(memory?.lookUps ?? [])],
              unreadableSinks: [...(memory?.unreadableSinks ?? [])],
              unrevoked: [...(memory?.unrevoked ?? [])],
            },
          },
      now,
      configured,
      labels,
      budget,
    ]),
  );
}

/** Two multiplicative hashes of 32 bits, mixed (cyrb53). */
function hash(text: string): number {
  let a = 0xdeadbeef;
  let b = 0x41c6ce57;
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    a = Math.imul(a ^ code, 2654435761);
    b = Math.imul(b ^ code, 1597334677);
  }
  a = Math.imul(a ^ (a >>> 16), 2246822507) ^ Math.imul(b ^ (b >>> 13), 3266489909);
  b = Math.imul(b ^ (b >>> 16), 2246822507) ^ Math.imul(a ^ (a >>> 13), 3266489909);
  return 4294967296 * (2097151 & b) + (a >>> 0);
}
