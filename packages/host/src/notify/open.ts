import type { RotationReport } from '@keyturn/core';

import type { Plans } from '../requests/plans.ts';
import type { PlannedRequest } from '../requests/request.ts';
import type { RotationStatus } from '../status/rotation-status.ts';
import { dueByStatus, occurrencesOf } from './occurrences.ts';

type Asked = Pick<PlannedRequest, 'issuer' | 'policy'>;

/** Notifies people of what runs did and what is due; only `end` waits. */
export interface Announcer {
  readonly report: (report: RotationReport, asked: Asked) => void;
  readonly status: (status: RotationStatus, asked: Asked) => void;
  /** Waits, for a bounded time, until everything is sent. */
  readonly end: () => Promise<void>;
}

/** For configurations without channels, and for runs that change nothing. */
export const silent: Announcer = { report: () => {}, status: () => {}, end: async () => {} };

/** Opens the configuration's channels; without any, nothing is loaded. */
export async function openAnnouncer({ notify, session }: Plans): Promise<Announcer> {
  const { surroundings } = session;
  // Untrusted files must not decide who is notified, and which variable signs it.
  if (notify === undefined || surroundings.isUntrusted === true) return silent;
  if (notify.channels.length === 0) return silent;
  const [{ Notifier }, store] = await Promise.all([import('./notifier.ts'), session.store()]);
  const notifier = new Notifier(notify, surroundings, store);
  const { dueWithin } = notify;
  const now = (): number => surroundings.clock.now();
  return {
    report: (report, { issuer, policy }) =>
      notifier.announce(occurrencesOf(report, policy, dueWithin, now()), issuer.id),
    status: (status, { issuer }) =>
      notifier.announce(dueByStatus(status, dueWithin, now()), issuer.id),
    end: () => notifier.end(),
  };
}
