import {
  rotate,
  type KeyturnError,
  type Permissions,
  type Progress,
  type RotationReport,
  type RotationRequest,
  type RotationRuntime,
} from '@keyturn/core';
import { Claims, failedReport, layoutAt, layoutNames } from '@keyturn/core/unstable';

import { openAnnouncer, silent } from '../notify/open.ts';
import { aboutOf, noteNamed } from '../requests/named.ts';
import type { Plans } from '../requests/plans.ts';
import type { PlannedRequest } from '../requests/request.ts';
import type { Session } from '../session/session.ts';
import { openTelemetry } from '../telemetry/telemetry.ts';
import { estimateOf } from './estimate.ts';
import { isDone, type MeasuredReport } from './report.ts';
import { SideBySide, type Turn } from './side-by-side.ts';

/** Called while rotations run. */
export interface RunListeners {
  readonly observe?: (progress: Progress) => void;
  /** A rotation has ended. */
  readonly ended?: (rotation: string) => void;
  /** Each rotation's report, in the order of the configuration, as soon as those before it have ended. */
  readonly report?: (report: MeasuredReport) => void;
  /** Interrupts only these rotations. @default the session's, which interrupts all */
  readonly signal?: AbortSignal;
  /** Adds to the error of a rotation that failed before anything was done. */
  readonly explain?: (error: KeyturnError, request: PlannedRequest) => Promise<KeyturnError>;
}

/** The result of a run. */
export interface RunResult {
  /** In the order of the configuration; fewer than planned after an interrupt. */
  readonly reports: readonly MeasuredReport[];
  /** Waits, for a bounded time, until the notifications and the heartbeat of a good run are sent. */
  readonly announced: () => Promise<void>;
}

/**
 * Runs rotations, several at the same time; one that fails does not stop the others. The token that keyturn itself acts with is ended when only
 * rotations that end it are left.
 */
export async function runPlans(plans: Plans, listeners: RunListeners): Promise<RunResult> {
  const { session, requests, jobs } = plans;
  const { signal = session.surroundings.signal } = listeners;
  const store = await session.store();
  const isDry = requests.every(({ dryRun }) => dryRun === true);
  const announcer = isDry ? silent : await openAnnouncer(plans);
  const claims = new Claims();
  const isAlone = jobs === 1 || requests.length === 1;
  const telemetry = await openTelemetry(session);
  const observe = (progress: Progress): void => {
    telemetry.observe(progress);
    listeners.observe?.(progress);
  };
  const tell = inOrder((report: MeasuredReport) => listeners.report?.(report));
  const work = async (
    request: PlannedRequest,
    index: number,
    { last }: Turn,
  ): Promise<MeasuredReport> => {
    const runtime = { store, ...(requests.length > 1 && { beside: { claims, last } }) };
    const about = { session, listeners: { ...listeners, observe }, isAlone };
    const report = await telemetry.within(request.name, () => runOne(request, runtime, about));
    announcer.report(report, request);
    listeners.ended?.(request.name);
    tell.one(index, report);
    return report;
  };
  const reports = await new SideBySide(requests, jobs, signal, work).run();
  tell.rest();
  return {
    reports,
    announced: async () => {
      await announcer.end();
      if (!isDry && reports.every(isDone)) await sendHeartbeat(plans);
      await telemetry.end();
    },
  };
}

async function runOne(
  request: PlannedRequest,
  of: Pick<RotationRuntime, 'store' | 'beside'>,
  {
    session,
    listeners,
    isAlone,
  }: { readonly session: Session; readonly listeners: RunListeners; readonly isAlone: boolean },
): Promise<MeasuredReport> {
  const { clock, random, owner } = session.surroundings;
  const { signal = session.surroundings.signal } = listeners;
  const { observe } = listeners;
  if (request.replaces !== undefined && request.dryRun !== true)
    await noteNamed(aboutOf(request, session), { token: request.replaces });
  const startedAt = clock.now();
  const isDry = request.dryRun === true;
  const runtime = {
    ...of,
    clock,
    random,
    owner,
    signal,
    noteShown: (token: string, permissions: Permissions) =>
      noteNamed(aboutOf(request, session), { token, permissions }),
    noteIssued: (token: string) => noteNamed(aboutOf(request, session), { token }),
    ...(observe && { observe }),
  };
  const { result, spent, trips } = await session.counting(isAlone && !isDry, async () =>
    request.failure === undefined
      ? explained(await rotate(request, runtime), request, listeners)
      : failedReport(request.name, request.failure),
  );
  const { ahead, ...report } = result;
  return {
    ...report,
    ...(ahead !== undefined && { estimate: estimateOf(trips, ahead) }),
    warnings: [...request.warnings, ...report.warnings],
    requests: requestsOf(request, spent),
    ...writesAhead(request, report),
    durationMs: clock.now() - startedAt,
  };
}

/** Passes each report on once all before it were; `rest` passes on what is left after an interrupt, when some never began. */
function inOrder<Report>(pass: (report: Report) => void) {
  const kept = new Map<number, Report>();
  let next = 0;
  return {
    one(index: number, report: Report): void {
      kept.set(index, report);
      for (let one = kept.get(next); one !== undefined; one = kept.get(++next)) {
        kept.delete(next);
        pass(one);
      }
    },
    rest(): void {
      for (const [, report] of [...kept].toSorted(([a], [b]) => a - b)) pass(report);
    },
  };
}

/** Not for a run that a person started to give up a token, one that was interrupted, or untrusted files. */
async function sendHeartbeat({ notify, requests, session }: Plans): Promise<void> {
  const { surroundings } = session;
  if (notify?.heartbeat === undefined || surroundings.isUntrusted === true) return;
  if (surroundings.signal.aborted || requests.some(({ abort }) => abort === true)) return;
  const { beat } = await import('../notify/heartbeat.ts');
  await beat(notify.heartbeat.urlEnv, surroundings);
}

async function explained(
  report: RotationReport,
  request: PlannedRequest,
  { explain }: RunListeners,
): Promise<RotationReport> {
  const { outcome, error } = report;
  if (outcome !== 'failed' || error === undefined || explain === undefined) return report;
  return { ...report, error: await explain(error, request) };
}

/** By kind, including zeros: those of the run, and those that resolved its sinks. */
function requestsOf(
  { issuer, sinks, asked }: PlannedRequest,
  spent: Readonly<Record<string, number>>,
): Record<string, number> {
  const kinds = new Set([issuer.kind, ...sinks.map(({ kind }) => kind), ...Object.keys(asked)]);
  return Object.fromEntries(
    [...kinds].map((kind) => [kind, (spent[kind] ?? 0) + (asked[kind] ?? 0)]),
  );
}

/** What a dry run would write, and which of these sinks show one name of a pair before the other. */
function writesAhead(
  request: RotationRequest,
  { outcome, reason }: RotationReport,
): Pick<MeasuredReport, 'toWrite' | 'torn'> {
  const { sinks, selected, dryRun } = request;
  if (dryRun !== true || outcome !== 'planned' || reason === undefined)
    return { toWrite: [], torn: [] };
  const written = sinks.filter(({ id }) => selected?.includes(id) ?? true);
  const torn = written.filter(({ id, supports }) => {
    const layout = layoutAt(request, id);
    return layout.kind === 'pair' && layoutNames(layout).length > 1 && !supports.atomic;
  });
  return { toWrite: written.map(({ id }) => id), torn: torn.map(({ id }) => id) };
}
