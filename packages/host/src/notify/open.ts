import type { RotationReport } from '@keyturn/core';

import type { Plans } from '../requests/plans.ts';
import type { PlannedRequest } from '../requests/request.ts';
import type { RotationStatus } from '../status/rotation-status.ts';
import { dueByStatus, occurrencesOf } from './occurrences.ts';

type Asked = Pick<PlannedRequest, 'issuer' | 'policy'>;

/** Tells people what runs did and what is due; nothing waits for it but the end. */
export interface Announcer {
  readonly report: (report: RotationReport, asked: Asked) => void;
  readonly status: (status: RotationStatus, asked: Asked) => void;
  /** Waits, for a bounded time, until all is told. */
  readonly end: () => Promise<void>;
}

/** For those who tell nobody, and for runs that change nothing. */
export const silent: Announcer = { report: () => {}, status: () => {}, end: async () => {} };

/** Opens the configuration's channels; without any, nothing is loaded and nobody told. */
export async function openAnnouncer({ notify, session }: Plans): Promise<Announcer> {
  const { surroundings } = session;
  // Whom they tell, and which variable signs it, would be the word of files that are not trusted.
  if (notify === undefined || surroundings.isUntrusted === true) return silent;
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
