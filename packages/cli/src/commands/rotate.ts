import { failedReport, rotate, type RotationRequest } from '@keyturn/core';

import { exitCodes, exitOfReport, worst, type ExitCode } from '../exit.ts';
import type { Host } from '../host.ts';
import { openAnnouncer, silent } from '../notify/open.ts';
import { rotationsDocument } from '../output/json.ts';
import { progressView } from '../output/progress.ts';
import { reportText, type MeasuredReport } from '../output/report.ts';
import { openPlans, type PlannedRequest, type Plans, type RotationFlags } from '../setup/plans.ts';

export interface RotateFlags extends RotationFlags {
  readonly json?: boolean;
}

/** `keyturn rotate`: does what is due, one rotation after the other; one that fails does not stop the next. */
export async function rotateCommand(
  names: readonly string[],
  flags: RotateFlags,
  host: Host,
): Promise<ExitCode> {
  const plans = await openPlans(names, flags, host);
  try {
    return await runPlans(plans, flags, host);
  } finally {
    await plans.session.close();
  }
}

/** Runs the plans and prints how each ended. */
export async function runPlans(plans: Plans, flags: RotateFlags, host: Host): Promise<ExitCode> {
  const { session, requests } = plans;
  const view = progressView(host);
  const tellInterrupt = (): void => {
    view.end();
    host.stderr.write('keyturn: interrupted: what is under way may end; again to stop at once\n');
  };
  host.signal.addEventListener('abort', tellInterrupt, { once: true });
  const store = await session.store();
  const announcer = flags.dryRun === true ? silent : await openAnnouncer(plans, host);
  const reports: MeasuredReport[] = [];
  for (const request of requests) {
    const startedAt = host.clock.now();
    const before = new Map(session.requests);
    const report =
      request.failure === undefined
        ? await rotate(request, {
            store,
            clock: host.clock,
            random: host.random,
            owner: host.owner,
            signal: host.signal,
            observe: view.show,
          })
        : failedReport(request.name, request.failure);
    view.end();
    const measured = {
      ...report,
      warnings: [...request.warnings, ...report.warnings],
      requests: requestsOf(request, session.requestsSince(before)),
      torn: flags.dryRun === true ? tearable(request) : [],
      durationMs: host.clock.now() - startedAt,
    };
    reports.push(measured);
    announcer.report(report, request);
    if (flags.json !== true)
      host.stdout.write(`${reportText(measured, host.stdout, host.clock.now())}\n`);
    for (const warning of measured.warnings) host.stderr.write(`keyturn: ${warning}\n`);
    if (host.signal.aborted) break;
  }
  if (flags.json === true) host.stdout.write(`${JSON.stringify(rotationsDocument(reports))}\n`);
  host.signal.removeEventListener('abort', tellInterrupt);
  await announcer.end();
  return host.signal.aborted ? exitCodes.interrupted : worst(reports.map(exitOfReport));
}

/** By kind, zeros too: those of the run, and those that found its sinks. */
function requestsOf(
  { issuer, sinks, asked }: PlannedRequest,
  spent: Readonly<Record<string, number>>,
): Record<string, number> {
  const kinds = new Set([issuer.kind, ...sinks.map(({ kind }) => kind), ...Object.keys(asked)]);
  return Object.fromEntries(
    [...kinds].map((kind) => [kind, (spent[kind] ?? 0) + (asked[kind] ?? 0)]),
  );
}

/** The sinks to be written that show one name of a pair before the other. */
function tearable({ layout, sinks, selected }: RotationRequest): string[] {
  if (layout.kind !== 'pair') return [];
  return sinks
    .filter(({ id, supports }) => !supports.atomic && (selected?.includes(id) ?? true))
    .map(({ id }) => id);
}
