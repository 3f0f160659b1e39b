import { KeyturnError, parseDuration } from '@keyturn/core';
import { failedReport, renewalAt } from '@keyturn/core/unstable';
import type { MeasuredReport } from '@keyturn/host';
import { configured, runPlans, type PlannedRequest } from '@keyturn/host/session';

import type { Entry } from './agenda.ts';
import { unexpected } from './messages.ts';
import type { Policy } from './next-run.ts';
import type { Sites } from './sites.ts';
import { earlier } from './spread.ts';

/** What a run of one rotation came to, and what decides when it runs again. */
export interface Run {
  readonly report: Pick<
    MeasuredReport,
    | 'name'
    | 'outcome'
    | 'current'
    | 'graceUntil'
    | 'retryAt'
    | 'kept'
    | 'pending'
    | 'error'
    | 'warnings'
  > & { readonly durationMs: number };
  readonly policy: Policy;
}

/** Runs one rotation as its configuration is now: only its own patterns are resolved, its sinks opened. Never rejects. */
export async function runRotation(
  { rotation, configuration }: Entry,
  sites: Sites,
  jitter: number,
  signal: AbortSignal,
): Promise<Run> {
  try {
    return await sites.use(configuration, async ({ config, session }) => {
      const wanted = { names: [rotation], flags: { sink: [] }, jobs: 1 };
      const [request] = await configured(config, wanted, session, 'asked');
      if (request === undefined) throw new Error('a rotation without a request');
      const maxAge = earlier(lifeOf(request), rotation, jitter);
      const requests = [{ ...request, policy: { ...request.policy, maxAge } }];
      // A heartbeat tells of runs of the whole configuration.
      const { heartbeat: _, ...notify } = config.notify ?? { dueWithin: 0, channels: [] };
      const plans = { session, requests, jobs: 1, file: config.file, notify };
      const { reports, announced } = await runPlans(plans, { signal });
      await announced();
      const [report] = reports;
      if (report === undefined) throw new Error('a run without a report');
      const { drift = 'off', policy } = request;
      return { report, policy: { name: rotation, maxAge, drift, settle: policy.settle } };
    });
  } catch (thrown) {
    const error = KeyturnError.is(thrown) ? thrown : unexpected(rotation, nameOf(thrown));
    return {
      report: { ...failedReport(rotation, error), durationMs: 0 },
      policy: { name: rotation, maxAge: 0, drift: 'report', settle: 0 },
    };
  }
}

/** The age at which the configuration has a token replaced: if it expires, when two thirds of its life are over. */
function lifeOf({ policy: { maxAge }, ttl }: PlannedRequest): number {
  return ttl === undefined ? maxAge : Math.min(maxAge, renewalAt(0, parseDuration(ttl)));
}

function nameOf(thrown: unknown): string {
  return thrown instanceof Error ? thrown.name : typeof thrown;
}
