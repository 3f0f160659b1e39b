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
import { runLater, runNow } from '../messages.ts';

/** The findings of a rotation, the worst first. Pure. `command` rotates it: `keyturn rotate ci-github`. */
export function findingsOf(status: RotationStatus, command: string, now: number): Finding[] {
  // Nothing else matters before this is fixed.
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

/** The command that issues a new token: until a sink is retried, a plain run does not. */
function runs({ retryAt }: RotationStatus, command: string, now: number): string {
  if (retryAt === null || Date.parse(retryAt) <= now) return runNow(command);
  return runLater(command, retryAt, withFlag(command, '--force'));
}

/** Whether a person should be alerted. */
export function needsAttention(findings: readonly Finding[]): boolean {
  return findings.some(({ severity }) => severity !== 'note');
}

/** The severity of the worst finding that does not resolve by itself. */
export function levelOf([worst]: readonly Finding[]): Severity | 'fine' {
  return worst === undefined || worst.severity === 'note' ? 'fine' : worst.severity;
}
