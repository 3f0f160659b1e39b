import { land, pass, type Fate } from './effects.ts';
import { play, type Kind, type Mishaps, type Played } from './play.ts';
import { divergence, foldOf } from './rules.ts';
import { firstState, keyOf, SETTLE, type ModelState, type Settings } from './state.ts';

export interface Plan {
  readonly settings: Settings;
  /** How each run of a history may be begun: the first, the second, … */
  readonly runs: readonly (readonly Kind[])[];
  /** How many requests of one run may go wrong. */
  readonly mishaps: number;
  /** What may become of them; anything by default. */
  readonly fates?: readonly Fate[];
}

export interface Exploration {
  /** Runs that were played, each over the real runner. */
  readonly played: number;
  /** States between runs that differ. */
  readonly states: number;
  /** The first rule that was broken, with how it came to that. */
  readonly broken?: string;
}

interface Node {
  readonly state: ModelState;
  readonly story: readonly string[];
}

/** Plays every history of the plan: every kind of run after every other, with every mishap at every request. */
export async function explore(plan: Plan): Promise<Exploration> {
  const { settings, runs } = plan;
  let played = 0;
  let states = 1;
  let level: Node[] = [{ state: firstState(settings), story: [] }];
  for (const kinds of runs) {
    const next = new Map<string, Node>();
    for (const { state, story } of level)
      for (const kind of kinds)
        for await (const [tried, result] of everyRun(state, plan, kind)) {
          played++;
          const told = [...story, `${kind}: ${tellMishaps(tried, result)}`];
          if (result.broken !== undefined)
            return { played, states, broken: tell(result.broken, told) };
          for (const [how, after] of afterwards(result.state, settings)) {
            const key = keyOf(after, plain(foldOf(after)));
            if (next.has(key)) continue;
            const node = { state: after, story: [...told, how] };
            next.set(key, node);
            const broken = await converge(after, settings);
            if (broken !== undefined) return { played, states, broken: tell(broken, node.story) };
          }
        }
    level = [...next.values()];
    states += level.length;
  }
  return { played, states };
}

/** The run without a mishap, then with each at each request; with a second one at each later request. */
async function* everyRun(
  state: ModelState,
  plan: Plan,
  kind: Kind,
  mishaps: Mishaps = new Map(),
): AsyncGenerator<readonly [Mishaps, Played]> {
  const { settings, mishaps: most, fates } = plan;
  const result = await play(state, settings, kind, mishaps);
  yield [mishaps, result];
  if (mishaps.size >= most || result.report === undefined) return;
  const first = Math.max(-1, ...mishaps.keys()) + 1;
  for (let nth = first; nth < result.points.length; nth++)
    for (const fate of result.points[nth]?.fates
      .slice(1)
      .filter((one) => fates?.includes(one) ?? true) ?? [])
      yield* everyRun(state, plan, kind, new Map<number, Fate>([...mishaps, [nth, fate]]));
}

/** What may happen until the next run: nothing, time, or that what is late lands. */
function afterwards(
  state: ModelState,
  settings: Settings,
): readonly (readonly [string, ModelState])[] {
  const landed = structuredClone(state);
  for (const late of landed.late.splice(0)) land(landed, settings, late);
  const settled = structuredClone(state);
  pass(settled, settings, SETTLE);
  return state.late.length === 0
    ? [['', state]]
    : [
        ['at once', state],
        ['what was late landed', landed],
        ['time passed', settled],
      ];
}

/** When faults end, a few runs leave one token, in every sink. */
async function converge(start: ModelState, settings: Settings): Promise<string | undefined> {
  let state = start;
  for (let run = 0; run < 4; run++) {
    state = structuredClone(state);
    pass(state, settings, 86_400_000 + settings.grace);
    const { state: after, broken, report } = await play(state, settings, 'due');
    if (broken !== undefined) return broken;
    if (report === undefined) return 'rule 5: a run without faults does not end';
    state = after;
  }
  return divergence(state);
}

function plain(fold: ReturnType<typeof foldOf>): unknown {
  return { ...fold, tokens: [...fold.tokens.values()], sinks: [...fold.sinks.values()] };
}

function tellMishaps(mishaps: Mishaps, { points }: Played): string {
  const told = [...mishaps].map(([nth, fate]) => `${points[nth]?.what} ${fate}`);
  return told.length === 0 ? 'went well' : told.join(', ');
}

function tell(broken: string, story: readonly string[]): string {
  return [broken, ...story.filter(Boolean)].join('\n  ');
}
