import {
  failedReport,
  rotate,
  type Credential,
  type RotationReport,
  type RotationRequest,
  type TokenIssuer,
} from '@keyturn/core';

import { exitCodes, exitOfReport, worst, type ExitCode } from '../exit.ts';
import type { Host } from '../host.ts';
import { openAnnouncer, silent } from '../notify/open.ts';
import { rotationsDocument } from '../output/json.ts';
import { progressView } from '../output/progress.ts';
import { reportText, type MeasuredReport } from '../output/report.ts';
import { tell } from '../output/tell.ts';
import { aboutOf, noteNamed } from '../setup/named.ts';
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
    tell('interrupted: what is under way may end; again to stop at once', host.stderr);
  };
  host.signal.addEventListener('abort', tellInterrupt, { once: true });
  const store = await session.store();
  const announcer = flags.dryRun === true ? silent : await openAnnouncer(plans, host);
  const reports: MeasuredReport[] = [];
  const heir = successor();
  for (const request of requests) {
    if (request.replaces !== undefined && flags.dryRun !== true)
      await noteNamed(aboutOf(request, session), { token: request.replaces });
    const startedAt = host.clock.now();
    const before = new Map(session.requests);
    const report =
      request.failure === undefined
        ? await rotate(heir.actsIn(request), {
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
      ...writesAhead(request, report),
      durationMs: host.clock.now() - startedAt,
    };
    reports.push(measured);
    announcer.report(report, request);
    if (flags.json !== true)
      host.stdout.write(`${reportText(measured, host.stdout, host.clock.now())}\n`);
    for (const warning of measured.warnings) tell(warning, host.stderr);
    if (host.signal.aborted) break;
  }
  if (flags.json === true) host.stdout.write(rotationsDocument(reports));
  host.signal.removeEventListener('abort', tellInterrupt);
  await announcer.end();
  return host.signal.aborted ? exitCodes.interrupted : worst(reports.map(exitOfReport));
}

/** Where a rotation ends the very token that keyturn acts with, those that come after it act with the new one. */
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

/** What a plan would write, and what of it shows one name of a pair before the other. */
function writesAhead(
  { layout, sinks, selected, dryRun }: RotationRequest,
  { outcome, reason }: RotationReport,
): Pick<MeasuredReport, 'toWrite' | 'torn'> {
  if (dryRun !== true || outcome !== 'planned' || reason === undefined)
    return { toWrite: [], torn: [] };
  const written = sinks.filter(({ id }) => selected?.includes(id) ?? true);
  const torn = layout.kind === 'pair' ? written.filter(({ supports }) => !supports.atomic) : [];
  return { toWrite: written.map(({ id }) => id), torn: torn.map(({ id }) => id) };
}
