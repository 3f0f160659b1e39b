import { openPlans, runPlans as run, type Plans, type RotationFlags } from '@keyturn/host/session';

import { exitCodes, exitOfReport, worst, type ExitCode } from '../exit.ts';
import type { Host } from '../host.ts';
import { eventsBesideJson, interruptedRun } from '../messages.ts';
import type { EventLog } from '../output/events.ts';
import { rotationsDocument } from '../output/json.ts';
import { progressView } from '../output/progress.ts';
import { reportText } from '../output/report.ts';
import { tell } from '../output/tell.ts';

export interface RotateFlags extends RotationFlags {
  readonly json?: boolean;
  /** A file, or `-` for stdout. */
  readonly events?: string;
}

/** `keyturn rotate`: does what is due, several rotations at the same time. A failed one does not stop the others. */
export async function rotateCommand(
  names: readonly string[],
  flags: RotateFlags,
  host: Host,
): Promise<ExitCode> {
  if (flags.events === '-' && flags.json === true) throw eventsBesideJson();
  const plans = await openPlans(names, flags, host);
  try {
    return await runPlans(flags.dryRun === true ? await warned(plans) : plans, flags, host);
  } finally {
    await plans.session.close();
  }
}

/** A plan also reads what the pipelines of the checkout do. */
async function warned(plans: Plans): Promise<Plans> {
  const { withHazards } = await import('../workflows/hazards.ts');
  return withHazards(plans);
}

/** Runs the plans and prints the outcome of each. */
export async function runPlans(plans: Plans, flags: RotateFlags, host: Host): Promise<ExitCode> {
  const events = await openEvents(plans, flags, host);
  const view = progressView(host, Math.min(plans.jobs, plans.requests.length) > 1);
  const tellInterrupt = (): void => {
    view.pause();
    tell(interruptedRun(), host.stderr);
  };
  host.signal.addEventListener('abort', tellInterrupt, { once: true });
  const { reports, announced } = await run(plans, {
    observe: (progress) => {
      events?.observe(progress);
      view.show(progress);
    },
    explain: async (error, request) => {
      const { isAboutNames, withAdvice } = await import('../workflows/advice.ts');
      return isAboutNames(error) ? withAdvice(error, request, plans.session) : error;
    },
    ended: (rotation) => view.end(rotation),
    report: (report) => {
      view.pause();
      events?.report(report);
      if (flags.json !== true && flags.events !== '-')
        host.stdout.write(`${reportText(report, host.stdout, host.clock.now())}\n`);
      for (const warning of report.warnings) tell(warning, host.stderr);
    },
  });
  if (flags.json === true) host.stdout.write(rotationsDocument(reports));
  host.signal.removeEventListener('abort', tellInterrupt);
  await announced();
  const exit = host.signal.aborted ? exitCodes.interrupted : worst(reports.map(exitOfReport));
  events?.end(exit);
  return exit;
}

async function openEvents(
  plans: Plans,
  { events }: RotateFlags,
  host: Host,
): Promise<EventLog | undefined> {
  if (events === undefined) return undefined;
  const { beginEvents } = await import('../output/events.ts');
  return beginEvents(events, plans, host);
}
