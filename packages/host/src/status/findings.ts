import { severities, type Finding, type Severity } from './finding.ts';
import type { RotationStatus } from './rotation-status.ts';
import { account } from './rules/account.ts';
import { due, expiry } from './rules/age.ts';
import { drift } from './rules/drift.ts';
import { kept } from './rules/kept.ts';
import { withFlag } from './rules/make.ts';
import { places } from './rules/places.ts';
import { progress } from './rules/progress.ts';
import { sinks } from './rules/sinks.ts';
import { waiting } from './rules/waiting.ts';
import { readableTime } from '../text/words.ts';

/** What stands out in a rotation, the worst first. Pure. `command` is what rotates it: `keyturn rotate ci-github`. */
export function findingsOf(status: RotationStatus, command: string, now: number): Finding[] {
  // Nothing else helps before that.
  const [other] = account(status);
  if (other !== undefined) return [other];
  const run = runs(status, command, now);
  const found = [
    ...expiry(status, run, now),
    ...due(status, command, run, now),
    ...drift(status, command),
    ...waiting(status, command, now),
    ...sinks(status, command, run),
    ...progress(status, run, now),
    ...kept(status, command, run, now),
    ...places(status, command),
  ];
  return found.toSorted((a, b) => severities.indexOf(b.severity) - severities.indexOf(a.severity));
}

/** What brings a new token in: while a sink is waited for, a plain run does not. */
function runs({ retryAt }: RotationStatus, command: string, now: number): string {
  if (retryAt === null || Date.parse(retryAt) <= now) return `Run ${command}.`;
  return `Run ${command} after ${readableTime(retryAt)}, or at once: ${withFlag(command, '--force')}`;
}

/** Whether a monitor should call somebody. */
export function needsAttention(findings: readonly Finding[]): boolean {
  return findings.some(({ severity }) => severity !== 'note');
}

/** The worst of them that does not pass by itself. */
export function levelOf([worst]: readonly Finding[]): Severity | 'fine' {
  return worst === undefined || worst.severity === 'note' ? 'fine' : worst.severity;
}
