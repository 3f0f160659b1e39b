import { severities, type Finding, type Severity } from '../output/finding.ts';
import type { RotationStatus } from './rotation-status.ts';
import { due, expiry } from './rules/age.ts';
import { kept } from './rules/kept.ts';
import { progress } from './rules/progress.ts';
import { sinks } from './rules/sinks.ts';

/** What stands out in a rotation, the worst first. Pure. `command` is what rotates it: `keyturn rotate ci-github`. */
export function findingsOf(status: RotationStatus, command: string, now: number): Finding[] {
  const run = `Run ${command}.`;
  const found = [
    ...expiry(status, run, now),
    ...due(status, command, now),
    ...sinks(status, run),
    ...progress(status, run, now),
    ...kept(status, run, now),
  ];
  return found.toSorted((a, b) => severities.indexOf(b.severity) - severities.indexOf(a.severity));
}

/** Whether a monitor should call somebody. */
export function needsAttention(findings: readonly Finding[]): boolean {
  return findings.some(({ severity }) => severity !== 'note');
}

/** The worst of them that does not pass by itself. */
export function levelOf([worst]: readonly Finding[]): Severity | 'fine' {
  return worst === undefined || worst.severity === 'note' ? 'fine' : worst.severity;
}
