import { rotate } from '@keyturn/core';

import { exitCodes, exitOfReport, worst, type ExitCode } from '../exit.ts';
import type { Host } from '../host.ts';
import { rotationsDocument } from '../output/json.ts';
import { progressView, silentView } from '../output/progress.ts';
import { reportText, type MeasuredReport } from '../output/report.ts';
import { openPlans, type Plans, type RotationFlags } from '../setup/plans.ts';

export interface RotateFlags extends RotationFlags {
  readonly json?: boolean;
  readonly quiet?: boolean;
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
  const view = flags.quiet === true ? silentView : progressView(host.stderr, host.clock);
  const store = await session.store();
  const reports: MeasuredReport[] = [];
  for (const request of requests) {
    const startedAt = host.clock.now();
    const before = new Map(session.requests);
    const report = await rotate(request, {
      store,
      clock: host.clock,
      random: host.random,
      owner: host.owner,
      signal: host.signal,
      observe: view.show,
    });
    view.end();
    const kinds = new Set([request.issuer.kind, ...request.sinks.map(({ kind }) => kind)]);
    const spent = [...kinds].map((kind) => [
      kind,
      (session.requests.get(kind) ?? 0) - (before.get(kind) ?? 0),
    ]);
    const measured = {
      ...report,
      requests: Object.fromEntries(spent),
      durationMs: host.clock.now() - startedAt,
    };
    reports.push(measured);
    if (flags.json !== true)
      host.stdout.write(`${reportText(measured, host.stdout, host.clock.now())}\n`);
    for (const warning of report.warnings) host.stderr.write(`keyturn: ${warning}\n`);
    if (host.signal.aborted) break;
  }
  if (flags.json === true) host.stdout.write(`${JSON.stringify(rotationsDocument(reports))}\n`);
  return host.signal.aborted ? exitCodes.interrupted : worst(reports.map(exitOfReport));
}
