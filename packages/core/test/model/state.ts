import { createHash } from 'node:crypto';

/** How long a lost request may still land, in milliseconds. */
export const SETTLE = 20_000;

interface ModelToken {
  readonly id: string;
  readonly label: string;
  live: boolean;
  /** It exists, and does not work. */
  disabled?: boolean;
  /** The user wanted it dead, whoever holds it. */
  condemned: boolean;
}

/** What a sink has under one name. */
interface ModelEntry {
  token: string;
  /** When it was written, by the platform's clock and as coarse as that. */
  stamp: number;
}

/** A request whose answer was lost, and that may land until then. */
export type Late = { readonly until: number } & (
  | { readonly what: 'create'; readonly label: string }
  | {
      readonly what: 'write';
      readonly sink: string;
      readonly name: string;
      readonly token: string;
    }
);

/** Everything that outlives a process, as plain data. */
export interface ModelState {
  now: number;
  ledger: string[];
  tokens: ModelToken[];
  /** Entries by sink and name. */
  sinks: Record<string, Record<string, ModelEntry>>;
  late: Late[];
  /** How many tokens were made. */
  made: number;
  /** How many random numbers were drawn, so that no label is made twice. */
  drawn: number;
}

type ReadBack = 'value' | 'tail' | 'stamp' | 'none';

/** How a world is made. */
export interface Settings {
  readonly sinks: readonly string[];
  readonly readBack: ReadBack;
  /** What the platform's stamps are cut to, in milliseconds. */
  readonly resolution: number;
  /** How long each request takes: with nothing, all writes of a run have one stamp. */
  readonly pace: number;
  readonly grace: number;
  /** What kind of issuer there is: one without labels, or one whose tokens are disabled before they end. @default neither */
  readonly issuer?: 'candidates' | 'disabled first' | 'at creation';
}

export const NAME = 'CREDENTIAL';
const START = Date.UTC(2026, 0, 1);

/** An old token in every sink, which nobody has adopted yet, and a stranger's that is nobody's business. */
export function firstState({ sinks }: Settings): ModelState {
  const token = (id: string): ModelToken => ({ id, label: id, live: true, condemned: false });
  return {
    now: START,
    ledger: [],
    tokens: [token('old'), token('foreign')],
    sinks: Object.fromEntries(
      sinks.map((sink) => [sink, { [NAME]: { token: 'old', stamp: START - SETTLE } }]),
    ),
    late: [],
    made: 0,
    drawn: 0,
  };
}

/** The same for two states that differ in nothing that matters later. */
export function keyOf(state: ModelState, fold: unknown): string {
  const { ledger: _, drawn: __, ...world } = state;
  return createHash('sha1')
    .update(JSON.stringify([world, fold]))
    .digest('base64');
}
