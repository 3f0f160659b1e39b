import { exitCodes, exitOfError, worst, type ExitCode } from '../exit.ts';
import type { Host } from '../host.ts';
import { statusText } from '../status/text.ts';
import { openAnnouncer, openPlans, type Plans, type RotationFlags } from '@keyturn/host/session';
import { needsAttention, readStandings, type Standing } from '@keyturn/host/status';

export interface StatusFlags extends RotationFlags {
  readonly json?: boolean;
  readonly check?: boolean;
  readonly metrics?: boolean;
  readonly watch?: boolean;
  /** A file, or `-` for stdout. */
  readonly html?: string;
}

/** `keyturn status`: shows the status of every rotation from the ledgers. Makes no request. */
export async function statusCommand(
  names: readonly string[],
  flags: StatusFlags,
  host: Host,
): Promise<ExitCode> {
  const plans = await openPlans(names, flags, host, 'read');
  try {
    if (flags.watch !== true) return await tell(plans, flags, host);
    const { watch } = await import('../status/watch.ts');
    const store = await plans.session.store();
    return await watch(host, async () => {
      const now = host.clock.now();
      return statusText(await readStandings(plans, store, now), host.stdout, now);
    });
  } finally {
    await plans.session.close();
  }
}

async function tell(plans: Plans, flags: StatusFlags, host: Host): Promise<ExitCode> {
  const store = await plans.session.store();
  const now = host.clock.now();
  if (flags.metrics === true) {
    const [{ measure }, { metricsText }] = await Promise.all([
      import('../status/measure.ts'),
      import('../status/metrics.ts'),
    ]);
    const measured = await measure(plans, store, now, 1);
    host.stdout.write(metricsText(measured), 'document');
    return exitOf(measured, flags);
  }
  if (flags.html !== undefined) {
    const { writePage } = await import('../status/page/write.ts');
    return exitOf(await writePage(plans, store, flags.html, host), flags);
  }
  const standings = await readStandings(plans, store, now);
  if (flags.json === true) {
    const { statusDocument } = await import('../status/document.ts');
    host.stdout.write(statusDocument(standings));
  } else host.stdout.write(`${statusText(standings, host.stdout, now)}\n`);
  await tellWhatIsDue(plans, standings);
  return exitOf(standings, flags);
}

/** Not called for `--watch` and `--metrics`, which run all the time. */
async function tellWhatIsDue(plans: Plans, standings: readonly Standing[]): Promise<void> {
  const announcer = await openAnnouncer(plans);
  for (const { name, status } of standings) {
    const request = plans.requests.find((one) => one.name === name);
    if (status !== undefined && request !== undefined) announcer.status(status, request);
  }
  await announcer.end();
}

/** An unreadable ledger is an error even without `--check`. */
function exitOf(standings: readonly Standing[], { check }: StatusFlags): ExitCode {
  return worst(
    standings.map(({ error, findings }) => {
      if (error !== undefined) return exitOfError(error);
      return check === true && needsAttention(findings) ? exitCodes.attention : exitCodes.done;
    }),
  );
}
