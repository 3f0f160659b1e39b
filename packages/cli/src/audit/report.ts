import { isAtLeast, severities, type NotChecked, type Severity } from '../output/finding.ts';
import type { AuditFinding, Rule } from './rule.ts';

/** What an audit found, with what it is told by. */
export interface AuditReport {
  /** The issuer and its account. */
  readonly subject: string;
  readonly rules: readonly Rule[];
  readonly findings: readonly AuditFinding[];
  readonly notChecked: readonly NotChecked[];
  /** From which severity on a finding is a failure; undefined for none. */
  readonly failOn: Severity | undefined;
}

/** How many findings there are of each severity, the worst first. */
export function countsOf({ findings }: AuditReport): [Severity, number][] {
  return severities
    .toReversed()
    .map((severity) => [severity, findings.filter((one) => one.severity === severity).length]);
}

/** `2 errors, 3 warnings, 1 note`. */
export function countsText(report: AuditReport): string {
  const parts = countsOf(report)
    .filter(([, count]) => count > 0)
    .map(([severity, count]) => `${count} ${severity}${count === 1 ? '' : 's'}`);
  return parts.length === 0 ? 'nothing found' : parts.join(', ');
}

/** Whether something was found that is to fail the audit. */
export function fails({ findings, failOn }: AuditReport): boolean {
  return failOn !== undefined && findings.some(({ severity }) => isAtLeast(severity, failOn));
}
