import type { Source } from './evidence.ts';
import type { AuditFinding, Rule } from './rule.ts';
import { isAtLeast, severities, type NotChecked, type Severity } from '@keyturn/host/status';

/** What the rules make of the evidence. */
export interface Judgement {
  readonly findings: readonly AuditFinding[];
  readonly notChecked: readonly NotChecked[];
  /** What there was to look at. */
  readonly seen: readonly Source[];
  /** There was nothing that the rules are about, so that finding nothing says nothing. */
  readonly isBlind: boolean;
  /** Something that was asked refused or failed; its error decides how the audit ends if nothing was found. */
  readonly hasFailed: boolean;
}

/** What an audit found, with what it is told by. */
export interface AuditReport extends Judgement {
  /** The issuer and its account. */
  readonly subject: string;
  readonly rules: readonly Rule[];
  /** From which severity on a finding is a failure; undefined for none. */
  readonly failOn: Severity | undefined;
}

/** How many findings there are of each severity, the worst first. */
export function countsOf({ findings }: AuditReport): [Severity, number][] {
  return severities
    .toReversed()
    .map((severity) => [severity, findings.filter((one) => one.severity === severity).length]);
}

/** `2 problems, 3 warnings, 1 note; not everything could be checked`. */
export function countsText(report: AuditReport): string {
  const parts = countsOf(report)
    .filter(([, count]) => count > 0)
    .map(([severity, count]) => `${count} ${severity}${count === 1 ? '' : 's'}`);
  const blind = report.seen.length === 0 ? 'nothing was looked at' : 'no token was looked at';
  if (report.isBlind) return [...(parts.length === 0 ? [] : [parts.join(', ')]), blind].join('; ');
  const unseen = report.notChecked.length > 0 ? '; not everything could be checked' : '';
  return `${parts.length === 0 ? 'nothing found' : parts.join(', ')}${unseen}`;
}

/** Whether something was found that is to fail the audit, or there was nothing to look at. */
export function fails({ findings, failOn, isBlind, hasFailed }: AuditReport): boolean {
  if (failOn === undefined) return false;
  return (isBlind && !hasFailed) || findings.some(({ severity }) => isAtLeast(severity, failOn));
}

/** How an audit looks at a glance: one that could not look at everything is not clean. */
export function verdictOf(report: AuditReport): 'bad' | 'unsure' | 'good' {
  if (fails(report) || report.isBlind) return 'bad';
  return report.notChecked.length > 0 ? 'unsure' : 'good';
}
