import {
  rotate,
  type Credential,
  type KeyturnError,
  type Permissions,
  type Progress,
  type RotationReport,
  type RotationRequest,
  type TokenIssuer,
} from '@keyturn/core';
import { failedReport, layoutAt, layoutNames } from '@keyturn/core/unstable';

import { openAnnouncer, silent } from '../notify/open.ts';
import { aboutOf, noteNamed } from '../requests/named.ts';
import type { Plans } from '../requests/plans.ts';
import type { PlannedRequest } from '../requests/request.ts';
import { isDone, type MeasuredReport } from './report.ts';

/** Called while rotations run. */
export interface RunListeners {
  readonly observe?: (progress: Progress) => void;
  /** Each rotation's report, as soon as it has ended. */
  readonly report?: (report: MeasuredReport) => void;
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

/** Runs rotations one after the other; one that fails does not stop the next. */
export async function runPlans(plans: Plans, listeners: RunListeners = {}): Promise<RunResult> {
  const { session, requests } = plans;
  const { surroundings } = session;
  const { clock } = surroundings;
  const store = await session.store();
  const isDry = requests.every(({ dryRun }) => dryRun === true);
  const announcer = isDry ? silent : await openAnnouncer(plans);
  const reports: MeasuredReport[] = [];
  const heir = successor();
  for (const request of requests) {
    if (request.replaces !== undefined && request.dryRun !== true)
      await noteNamed(aboutOf(request, session), { token: request.replaces });
    const startedAt = clock.now();
    const before = new Map(session.requests);
    const { random, owner, signal } = surroundings;
    const { observe } = listeners;
    const runtime = {
      store,
      clock,
      random,
      owner,
      signal,
      noteShown: (token: string, permissions: Permissions) =>
        noteNamed(aboutOf(request, session), { token, permissions }),
      ...(observe && { observe }),
    };
    const report =
      request.failure === undefined
        ? await explained(await rotate(heir.actsIn(request), runtime), request, listeners)
        : failedReport(request.name, request.failure);
    const measured = {
      ...report,
      warnings: [...request.warnings, ...report.warnings],
      requests: requestsOf(request, session.requestsSince(before)),
      ...writesAhead(request, report),
      durationMs: clock.now() - startedAt,
    };
    reports.push(measured);
    announcer.report(report, request);
    listeners.report?.(measured);
    if (signal.aborted) break;
  }
  return {
    reports,
    announced: async () => {
      await announcer.end();
      if (!isDry && reports.every(isDone)) await sendHeartbeat(plans);
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

/** If a rotation replaces the token that keyturn itself uses, the rotations after it use the new one. */
function successor() {
  let acting: TokenIssuer | undefined;
  return {
    actsIn(request: PlannedRequest): PlannedRequest {
      const issuer = acting?.id === request.issuer.id ? acting : request.issuer;
      const actAs = issuer.actAs?.bind(issuer);
      if (actAs === undefined) return { ...request, issuer };
      const next = (credential: Credential) => (acting = actAs(credential));
      return { ...request, issuer: { ...issuer, actAs: next } };
    },
  };
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
