import type { TokenRecord } from '../../src/ledger/state.ts';
import type { Memory } from '../../src/machine/intent.ts';
import {
  emptyState,
  freshMemory,
  type Intent,
  type RotationState,
  type SinkRecord,
} from '../../src/unstable.ts';

export const HOUR = 3_600_000;
export const SETTLE = 120_000;
export const NOW = Date.UTC(2026, 10, 24);
export const ago = (milliseconds: number): string => new Date(NOW - milliseconds).toISOString();

export function token(id: string, changes: Partial<TokenRecord> = {}): TokenRecord {
  const ref = { id, label: `label-${id}`, issuedAt: ago(HOUR) };
  return { ref, exposed: true, retired: false, ...changes };
}

/** A replaced token that the last sink let go of an hour ago. */
export function replaced(id: string, changes: Partial<TokenRecord> = {}): TokenRecord {
  return token(id, { retired: true, releasedAt: ago(HOUR), ...changes });
}

/** A sink that holds these tokens. */
export function sink(
  id: string,
  base: readonly string[] = [],
  changes: Partial<SinkRecord> = {},
): SinkRecord {
  return { id, base, unanswered: [], ...changes };
}

export interface Known extends Partial<Omit<RotationState, 'tokens' | 'sinks'>> {
  readonly tokens?: readonly TokenRecord[];
  readonly sinks?: readonly SinkRecord[];
}

/** By default `new` is the token in use, and `a` and `b` hold it. */
export function stateOf({ tokens, sinks, ...others }: Known = {}): RotationState {
  const all = tokens ?? [token('new')];
  const places = sinks ?? [sink('a', ['new']), sink('b', ['new'])];
  return {
    ...emptyState,
    rotation: 'r',
    current: 'new',
    ...others,
    tokens: new Map(all.map((one) => [one.ref.id, one])),
    sinks: new Map(places.map((one) => [one.id, one])),
  };
}

/** Without its token in use. */
export function stateWithoutToken(known: Known = {}): RotationState {
  const { current: _, ...others } = stateOf({ tokens: [], sinks: [], ...known });
  return others;
}

export function intentOf({ policy, ...changes }: Partial<Intent> = {}): Intent {
  return {
    policy: { maxAge: 24 * HOUR, grace: HOUR, settle: SETTLE, ...policy },
    selected: ['a', 'b'],
    force: false,
    wait: false,
    ...changes,
  };
}

export function memoryOf(changes: Partial<Memory> = {}): Memory {
  return { ...freshMemory, ...changes };
}
