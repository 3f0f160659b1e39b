import { rotate, type Layout, type RotationReport, type RotationRequest } from '../../src/index.ts';
import { Effects, type Fate } from './effects.ts';
import { brokenRule } from './rules.ts';
import { NAME, SETTLE, type ModelState, type Settings } from './state.ts';

/** How a run is begun: `edited` with another name for the secret, `first` for the first sink alone. */
export type Kind = 'due' | 'forced' | 'first' | 'edited' | 'abort' | 'revoke-first';

/** One request of a run, with what could have become of it. */
interface Point {
  readonly what: string;
  readonly fates: readonly Fate[];
}

/** What came of a run. */
export interface Played {
  readonly state: ModelState;
  readonly points: readonly Point[];
  /** Undefined for a process that died. */
  readonly report: RotationReport | undefined;
  /** The first rule that was broken, in words. */
  readonly broken: string | undefined;
}

/** At the nth request, this happens; at the others, nothing does. */
export type Mishaps = ReadonlyMap<number, Fate>;

/** Runs the real runner over a copy of the state. */
export async function play(
  before: ModelState,
  settings: Settings,
  kind: Kind,
  mishaps: Mishaps = new Map(),
): Promise<Played> {
  const state = structuredClone(before);
  const points: Point[] = [];
  let broken: string | undefined;
  let die = (): void => {};
  const death = new Promise<undefined>((resolve) => (die = () => resolve(undefined)));
  const effects = new Effects(state, settings, (what, fates) => {
    broken ??= brokenRule(state);
    const fate = mishaps.get(points.length) ?? 'ok';
    points.push({ what, fates });
    if (fate.startsWith('died')) die();
    return fate;
  });
  const store = effects.store();
  if (kind === 'revoke-first') for (const token of state.tokens) condemn(state, token.id);
  const running = rotate(requestOf(kind, settings, effects), {
    store,
    clock: effects.clock,
    random: () => ((++state.drawn * 7919) % 99_991) / 99_991,
    owner: 'model',
    signal: new AbortController().signal,
    concurrency: 1,
  });
  const report = await Promise.race([running, death]);
  broken ??= brokenRule(state);
  return { state, points, report, broken };
}

/** All that keyturn has in this ledger may die. */
function condemn(state: ModelState, id: string): void {
  const token = state.tokens.find((one) => one.id === id);
  if (token !== undefined && id !== 'foreign') token.condemned = true;
}

function requestOf(kind: Kind, { sinks, grace }: Settings, effects: Effects): RotationRequest {
  const layout: Layout = { kind: 'joined', name: kind === 'edited' ? 'OTHER' : NAME };
  return {
    name: 'r',
    issuer: effects.issuer(),
    sinks: sinks.map((id) => effects.sink(id)),
    ...(kind === 'first' && { selected: sinks.slice(0, 1) }),
    layout,
    policy: { maxAge: '36525d', grace, settle: SETTLE, pause: '1h' },
    permissions: [],
    replaces: 'old',
    force: kind === 'forced' || kind === 'first',
    abort: kind === 'abort',
    // Nobody would vouch for names that were edited before the first run.
    allowMissingNames: kind !== 'edited',
    ...(kind === 'revoke-first' && { breakGlass: 'revoke-first' as const }),
  };
}
