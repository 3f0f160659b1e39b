import { Ledger } from '../ledger/ledger.ts';
import { decide } from '../machine/decide.ts';
import type { Step } from '../machine/step.ts';
import { reasonToRotate } from '../machine/due.ts';
import { observed } from './observed.ts';
import { failedReport, reportOf } from './report.ts';
import type { RotationReport, RotationRequest, RotationRuntime } from './run/request.ts';
import { refuseOtherIssuer } from './issuer.ts';
import { spansOf, type Spans } from './run/intent.ts';
import { learn, type Lesson, type Lessons } from './run/learned.ts';
import { asKeyturnError, Run } from './run/run.ts';
import { refuseForeignLabels } from './run/trust.ts';
import { vouch } from './run/first-contact.ts';
import { check } from './steps/check.ts';
import { condemn } from './steps/condemn.ts';
import { deliver } from './steps/deliver.ts';
import { issue } from './steps/issue.ts';
import { look } from './steps/look.ts';
import { lookUp } from './steps/look-up.ts';
import { disable } from './steps/disable.ts';
import { grant, verify } from './steps/prove.ts';
import { revoke } from './steps/revoke.ts';
import { settle } from './steps/settle.ts';
import { takeOver } from './steps/take-over.ts';
import { tryInCi } from './steps/try.ts';
import { lookAtUse } from './steps/use.ts';
import { waitUntil } from './run/wait.ts';

/**
 * Does what is due for one rotation and no more, and tells what it did. It may be run at any time, and again after anything.
 *
 * What goes wrong with the issuer, a sink or the store is in the report; only a bug is thrown.
 */
export async function rotate(
  request: RotationRequest,
  runtime: RotationRuntime,
): Promise<RotationReport> {
  const { name, dryRun = false } = request;
  let ledger: Ledger;
  let spans: Spans;
  let drain: Drain | undefined;
  let recording: Drain | undefined;
  try {
    spans = spansOf(request, runtime);
    const observe = observed(name, runtime.observe);
    const { store, owner, clock } = runtime;
    drain = drainSignal(runtime, spans.drain);
    recording = drainSignal(runtime, spans.drain + TO_RECORD);
    const { signal } = recording;
    ledger = await Ledger.open(store, name, { owner, clock, signal, observe, isRehearsal: dryRun });
  } catch (error) {
    drain?.dispose();
    recording?.dispose();
    return failedReport(name, asKeyturnError(error));
  }
  const { clock } = ledger;
  const signal = AbortSignal.any([drain.signal, ledger.signal]);
  const call = { signal, beforeWrite: () => ledger.confirm() };
  const run = new Run(request, { ...runtime, clock }, ledger, call, spans);
  const before = ledger.state;
  try {
    take(run, await prepare(run));
    await loop(run);
    if (ledger.signal.aborted) take(run, await lost(ledger));
  } catch (thrown) {
    take(run, stopped(run, thrown));
  } finally {
    await run.learned.near?.catch(() => {});
    await run.stamping.all().catch((thrown: unknown) => take(run, stopped(run, thrown)));
    drain.dispose();
    recording.dispose();
    await ledger.release().catch((thrown: unknown) => take(run, stopped(run, thrown)));
  }
  return reportOf(run, before);
}

/** The store failed, or a bug: nothing more was done. */
function stopped(run: Run, thrown: unknown): Lesson {
  const error = asKeyturnError(thrown);
  return { error, memory: { gaveUp: !run.memory.completed }, broken: true };
}

/** Whose lock is gone learns it from requests that were interrupted, which is not what happened. */
async function lost(ledger: Ledger): Promise<Lesson> {
  try {
    await ledger.confirm();
    return {};
  } catch (error) {
    return { error: asKeyturnError(error) };
  }
}

/** What has to be known before anything is decided; no request is made for it. */
async function prepare(run: Run): Promise<Lesson> {
  const { ledger } = run;
  refuseOtherIssuer(run);
  refuseForeignLabels(run);
  await run.reconcile();
  await vouch(run);
  const now = ledger.clock.now();
  return { memory: { ahead: Math.max(0, now - ledger.wallClock.now()) } };
}

function take(run: Run, lesson: Lesson): void {
  run.learned = learn(run.learned, lesson);
}

/** Steps that write down what is so already: no effect follows them. */
const BOOKKEEPING: ReadonlySet<Step['type']> = new Set(['complete', 'finish']);

/** Steps that only read, or only write into the ledger: a plan goes through them to the checks that the run would make. */
const REHEARSED: ReadonlySet<Step['type']> = new Set([
  'lose',
  'abort',
  'look-up',
  'take-over',
  'check',
  'look',
]);

async function loop(run: Run): Promise<void> {
  while (!run.ledger.signal.aborted) {
    const now = run.runtime.clock.now();
    const { state } = run.ledger;
    if (run.learned.reason === undefined)
      take(run, {
        reason: reasonToRotate(state, run.intent, run.memory, now - run.memory.ahead),
      });
    const step = decide(state, run.intent, run.memory, now);
    if (step.type === 'stop' || (run.interrupted && !BOOKKEEPING.has(step.type))) return;
    if (run.request.dryRun === true && !REHEARSED.has(step.type))
      return take(run, { planned: true });
    run.runtime.observe?.({ type: 'step', rotation: run.request.name, step });
    for await (const lesson of perform(run, step)) take(run, lesson);
  }
}

async function* perform(run: Run, step: Exclude<Step, { type: 'stop' }>): Lessons {
  switch (step.type) {
    case 'lose':
      await run.ledger.append({
        type: 'lost',
        label: step.label,
        reason: 'the process that had its plaintext ended',
      });
      return;
    case 'look-up':
      return yield* lookUp(run, step);
    case 'abort':
      await run.ledger.append({ type: 'aborted', label: step.label });
      return;
    case 'condemn':
      return yield* condemn(run, step.tokens);
    case 'check':
      return yield* check(run);
    case 'take-over':
      return yield* takeOver(run, step.token);
    case 'look':
      return yield* look(run);
    case 'issue':
      return yield* issue(run, step);
    case 'grant':
      return yield* grant(run, step.token);
    case 'verify':
      return yield* verify(run, step.token);
    case 'deliver':
      return yield* deliver(run, step);
    case 'complete':
      return yield* complete(run, step.token);
    case 'settle':
      return yield* settle(run, step);
    case 'try':
      return yield* tryInCi(run, step);
    case 'disable':
      return yield* disable(run, step.tokens);
    case 'look-at-use':
      return yield* lookAtUse(run, step.tokens);
    case 'revoke':
      return yield* revoke(run, step);
    case 'wait':
      await waitUntil(run, step.until);
      return;
    case 'finish':
      await run.ledger.append({ type: 'finished' });
      return;
  }
}

async function* complete(run: Run, token: string): Lessons {
  const { current, tokens } = run.ledger.state;
  await run.ledger.append({ type: 'completed', token });
  await run.runtime.noteShown?.(token, run.learned.permissions);
  const previous = current === undefined ? undefined : tokens.get(current)?.ref;
  yield { previous, memory: { completed: true } };
  await vouch(run);
}

/** Milliseconds in which the store can still record what came of requests that an interrupt ended. */
const TO_RECORD = 5000;

interface Drain {
  readonly signal: AbortSignal;
  readonly dispose: () => void;
}

/** Aborted so many milliseconds after the interrupt, so that requests under way may still be answered. */
function drainSignal(runtime: RotationRuntime, milliseconds: number): Drain {
  const controller = new AbortController();
  const ended = new AbortController();
  const abort = (): void => controller.abort();
  const begin = (): void => {
    runtime.clock.sleep(milliseconds, ended.signal).then(abort, () => {});
  };
  if (runtime.signal.aborted) begin();
  runtime.signal.addEventListener('abort', begin, { signal: ended.signal });
  return { signal: controller.signal, dispose: () => ended.abort() };
}
