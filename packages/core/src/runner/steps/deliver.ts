import type { KeyturnError } from '../../contracts/errors.ts';
import { fingerprint } from '../../define/evidence.ts';
import { layoutEntries } from '../../layout/layout.ts';
import type { RotationEvent } from '../../ledger/event.ts';
import type { SinkPlace } from '../../ledger/place.ts';
import type { Step } from '../../machine/step.ts';
import type { Stamps } from '../../contracts/runtime.ts';
import type { Receipt, SecretSink, SinkEntry } from '../../contracts/sink.ts';
import { firstError, type Lesson, type Lessons } from '../run/learned.ts';
import { learnLimited, sinksAtOnce } from '../run/pool.ts';
import type { SinkOutcome } from '../run/request.ts';
import { asKeyturnError, type Run } from '../run/run.ts';
import { waitToSettle } from '../run/wait.ts';
import { noteNear } from './check.ts';

/** A lost answer is asked about and sent again this many times in one run. */
const MOST_TRIES = 3;

/** What came of one sink; undefined if nothing was tried. */
export type Attempt = SinkOutcome | undefined;

/** Writes the token to the sinks, several at once; one that fails does not stop the others. */
export async function* deliver(
  run: Run,
  { token, sinks }: Extract<Step, { type: 'deliver' }>,
): Lessons {
  const { credential } = run.learned;
  if (credential === undefined) return;
  yield* noteNear(run);
  const work = async (id: string): Promise<Attempt> => {
    const sink = run.sinks.get(id);
    await outwaitOthers(run, id, token);
    if (sink === undefined || run.interrupted) return undefined;
    const entries = layoutEntries(run.layout(id), credential);
    const error = await deliverTo(run, sink, token, entries);
    return error === undefined ? { id, status: 'delivered' } : failed(run, id, error);
  };
  yield* learnLimited(sinks, sinksAtOnce(run.runtime), work, attempted);
}

/** A sink that failed is left alone for the rest of the run. */
export function attempted(attempts: readonly Attempt[]): Lesson {
  const tried = attempts.filter((one) => one !== undefined);
  const failures = tried.filter(({ status }) => status === 'failed');
  return {
    outcomes: new Map(tried.map((one) => [one.id, one])),
    memory: { failedSinks: new Set(failures.map(({ id }) => id)) },
    error: firstError(failures.map(({ error }) => error)),
  };
}

/** That a sink failed is told at once. */
export function failed(run: Run, id: string, error: KeyturnError): SinkOutcome {
  run.runtime.observe?.({ type: 'sink', rotation: run.request.name, sink: id, error });
  return { id, status: 'failed', error };
}

/**
 * Writes one sink, announcing every try: each may land late, so each must be known. Returns the error of the last
 * try, or undefined once the write was answered.
 */
export async function deliverTo(
  run: Run,
  sink: SecretSink,
  token: string,
  entries: readonly SinkEntry[],
): Promise<KeyturnError | undefined> {
  let error: KeyturnError | undefined;
  for (let tries = 1; tries <= MOST_TRIES && !run.interrupted; tries++) {
    const settled = mayNothingLandLate(run, sink.id);
    const before = run.ledger.state.sinks.get(sink.id)?.receipt;
    await run.ledger.append(announcement(run, sink.id, token));
    await run.ledger.confirm();
    try {
      const reads: Promise<Stamps>[] = [];
      const later = (read: Promise<Stamps>): void => {
        // Nobody waits for it if the delivery fails after all.
        read.catch(() => {});
        reads.push(read);
      };
      const receipt = ofThisWrite(await sink.deliver(entries, { ...run.call, later }), before);
      await run.ledger.append({ type: 'delivered', token, sink: sink.id, receipt });
      for (const read of reads)
        run.stamping.begin(sink.id, stamped(run, sink.id, token, read, before));
      if (settled) await run.ledger.append({ type: 'settled', sink: sink.id, token });
      return undefined;
    } catch (thrown) {
      error = asKeyturnError(thrown);
    }
    const receipt =
      error.effect === 'unknown' ? await proveByLooking(run, sink, entries) : undefined;
    if (receipt !== undefined) {
      await run.ledger.append({ type: 'delivered', token, sink: sink.id, receipt });
      return undefined;
    }
    await run.ledger.append({
      type: 'undelivered',
      token,
      sink: sink.id,
      effect: error.effect,
      code: error.code,
    });
    if (error.effect === 'none' || !error.retryable) return error;
    await run.runtime.clock
      .sleep(500 * 2 ** tries * run.runtime.random(), run.runtime.signal)
      .catch(() => {});
  }
  return error;
}

/**
 * In slots, a late request of another token would not just bring that token back: its flip brings whatever its slot holds
 * by then, and its write tears the slot. So nothing new is sent until the sink's settle time has passed.
 */
async function outwaitOthers(run: Run, id: string, token: string): Promise<void> {
  const { runtime, ledger, intent } = run;
  if (run.layout(id).kind !== 'slots') return;
  const { settle } = intent.policy;
  const sent = (ledger.state.sinks.get(id)?.unanswered ?? [])
    .filter((other) => other.token !== token)
    .map(({ at }) => Date.parse(at));
  const until = Math.max(0, ...sent) + settle;
  if (until > runtime.clock.now()) await waitToSettle(run, until);
}

/** Whether the sink has unanswered deliveries and all are so old that this write comes after every one of them. */
function mayNothingLandLate(run: Run, id: string): boolean {
  const unanswered = run.ledger.state.sinks.get(id)?.unanswered ?? [];
  const limit = run.runtime.clock.now() - run.intent.policy.settle;
  return unanswered.length > 0 && unanswered.every(({ at }) => Date.parse(at) <= limit);
}

/** After a lost answer: a sink that shows its values tells whether the write took effect. */
async function proveByLooking(
  run: Run,
  sink: SecretSink,
  entries: readonly SinkEntry[],
): Promise<Receipt | undefined> {
  if (sink.supports.readBack !== 'value' || run.call.signal.aborted) return undefined;
  try {
    const confirmation = await sink.confirm(entries, {}, run.call);
    return confirmation === 'same' ? receiptOf(run, entries) : undefined;
  } catch (error) {
    asKeyturnError(error);
    return undefined;
  }
}

function announcement(run: Run, sink: string, token: string): RotationEvent {
  const place = newPlace(run, sink);
  const clock = run.learned.clocks.get(sink);
  return {
    type: 'sending',
    token,
    sink,
    ...(place !== undefined && { place }),
    ...(clock !== undefined && { clock }),
    ...(run.sinks.get(sink)?.supports.takesEffect === 'deploy' && { deploys: true }),
  };
}

/** Which thing is written to, unless the ledger says so already. */
function newPlace(run: Run, sink: string): SinkPlace | undefined {
  const place = run.place(sink);
  const known = run.ledger.state.sinks.get(sink)?.place;
  return JSON.stringify(known) === JSON.stringify(place) ? undefined : place;
}

function ofThisWrite(receipt: Receipt, before: Receipt | undefined): Receipt {
  const { stamps, ...others } = receipt;
  if (stamps === undefined) return receipt;
  const own = newOf(stamps, before);
  return { ...others, ...(Object.keys(own).length > 0 && { stamps: own }) };
}

/** A stamp that the write before had too proves nothing of this one: the platform was read too soon, or counts too coarsely. */
function newOf(stamps: Stamps, before: Receipt | undefined): Stamps {
  const own = Object.entries(stamps).filter(([name, stamp]) => before?.stamps?.[name] !== stamp);
  return Object.fromEntries(own);
}

/** Records stamps that are read while the run goes on. Without them, a later look proves less, but nothing wrong. */
async function stamped(
  run: Run,
  sink: string,
  token: string,
  read: Promise<Stamps>,
  before: Receipt | undefined,
): Promise<void> {
  const stamps = newOf(await read, before);
  if (Object.keys(stamps).length > 0)
    await run.ledger.append({ type: 'stamped', token, sink, stamps });
}

/** Of a write whose answer was lost, and whose values were seen. */
function receiptOf(run: Run, entries: readonly SinkEntry[]): Receipt {
  return {
    at: new Date(run.runtime.clock.now()).toISOString(),
    stamps: Object.fromEntries(entries.map(({ name, value }) => [name, fingerprint(value)])),
  };
}
