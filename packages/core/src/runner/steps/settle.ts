import { ANY_TIME } from '../../define/evidence.ts';
import { layoutEntries, layoutNames } from '../../layout/layout.ts';
import type { RotationEvent } from '../../ledger/event.ts';
import { holders, type SinkRecord } from '../../ledger/state.ts';
import type { Step } from '../../machine/step.ts';
import type { Proof, SecretSink } from '../../contracts/sink.ts';
import type { Lesson, Lessons } from '../run/learned.ts';
import { learnLimited, sinksAtOnce } from '../run/pool.ts';
import { asKeyturnError, type Run } from '../run/run.ts';
import { attempted, deliverTo, failed, type Attempt } from './deliver.ts';

/** Finds out what sinks hold after their late writes, by what they show, or by writing again where they show nothing. */
export async function* settle(run: Run, { sinks }: Extract<Step, { type: 'settle' }>): Lessons {
  const work = (id: string): Promise<Settled> => settleOne(run, id);
  yield* learnLimited(sinks, sinksAtOnce(run.runtime), work, (results): Lesson => {
    const { memory, ...others } = attempted(results.map(({ attempt }) => attempt));
    const unreadable = results.filter((one) => one.unreadable === true).map(({ id }) => id);
    return { ...others, memory: { ...memory, unreadableSinks: new Set(unreadable) } };
  });
}

interface Settled {
  readonly id: string;
  readonly attempt?: Attempt;
  /** It shows nothing, and cannot be written again. */
  readonly unreadable?: boolean;
}

async function settleOne(run: Run, id: string): Promise<Settled> {
  const sink = run.sinks.get(id);
  await run.stamping.of(id);
  const record = run.ledger.state.sinks.get(id);
  if (sink === undefined || record === undefined || run.interrupted) return { id };
  try {
    const event = await evidence(run, sink, record);
    if (event === undefined) return await writeAgain(run, sink);
    await run.ledger.append(event);
    return { id };
  } catch (error) {
    return { id, attempt: failed(run, id, asKeyturnError(error)) };
  }
}

/** What the sink shows: the token that it holds, or that it does not hold the one it was given. */
async function evidence(
  run: Run,
  sink: SecretSink,
  record: SinkRecord,
): Promise<RotationEvent | undefined> {
  const names = layoutNames(run.layout(sink.id));
  const candidates = [...holders(record)];
  const proof = proofOf(record);
  const drifted = { type: 'drifted', sink: sink.id, holds: candidates } as const;
  const [delivered] = record.base.length === 1 ? record.base : [];
  const shown = (await sink.holds?.(names, run.call))?.id;
  if (shown !== undefined && candidates.includes(shown)) {
    const settled = { type: 'settled', sink: sink.id, token: shown } as const;
    const { credential } = run.learned;
    if (shown === run.memory.hand && credential !== undefined) {
      const whole = layoutEntries(run.layout(sink.id), credential);
      return (await sink.confirm(whole, proof, run.call)) === 'same' ? settled : drifted;
    }
    // A torn pair shows the id of one token beside the secret of another: an id tells of one value alone.
    if (names.length === 1 || sink.supports.atomic) return settled;
    if (shown !== delivered) return drifted;
  }
  if (delivered === undefined) return undefined;
  const expected = names.map((name) => ({ name }));
  const confirmation = await sink.confirm(expected, proof, run.call);
  if (confirmation === 'same') return { type: 'settled', sink: sink.id, token: delivered };
  return confirmation === 'unreadable' ? undefined : drifted;
}

/** What the look has to go by: the last delivery, and since when others may have landed beside it. */
function proofOf({ base, unanswered, receipt }: SinkRecord): Proof {
  const others = unanswered.filter(({ token }) => token !== base[0]);
  if (others.length === 0) return { receipt };
  const clocks = others.map(({ clock = ANY_TIME }) => clock);
  const [since] = clocks.toSorted((one, other) => Date.parse(one) - Date.parse(other));
  return { receipt, since };
}

/** With the plaintext in hand the sink is written again; without it, a fresh token has to be. */
async function writeAgain(run: Run, sink: SecretSink): Promise<Settled> {
  const { id } = sink;
  const { credential } = run.learned;
  const { hand } = run.memory;
  if (credential === undefined || hand === undefined || run.ledger.state.current !== hand)
    return { id, unreadable: true };
  const error = await deliverTo(run, sink, hand, layoutEntries(run.layout(id), credential));
  return error === undefined ? { id } : { id, attempt: failed(run, id, error) };
}
