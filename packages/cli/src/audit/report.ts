import {
  NO_TOKEN_CHECKED,
  NOT_ALL_CHECKED,
  NOTHING_CHECKED,
  NOTHING_FOUND,
} from '../messages-of-checks.ts';
import type { Source } from './evidence.ts';
import type { AuditFinding, Rule } from './rule.ts';
import { isAtLeast, severities, type NotChecked, type Severity } from '@keyturn/host/status';

/** The result of the rules. */
export interface Judgement {
  readonly findings: readonly AuditFinding[];
  readonly notChecked: readonly NotChecked[];
  /** The sources that were checked. */
  readonly seen: readonly Source[];
  /** There was nothing that the rules could check, so an empty result proves nothing. */
  readonly isBlind: boolean;
  /** A source failed; its error decides the exit code if nothing was found. */
  readonly hasFailed: boolean;
}

/** What an audit found, with its rules. */
export interface AuditReport extends Judgement {
  /** The issuer and its account. */
  readonly subject: string;
  readonly rules: readonly Rule[];
  /** The least severity that makes the audit fail; undefined for none. */
  readonly failOn: Severity | undefined;
}

/** The number of findings of each severity, the worst first. */
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
  const blind = report.seen.length === 0 ? NOTHING_CHECKED : NO_TOKEN_CHECKED;
  if (report.isBlind) return [...(parts.length === 0 ? [] : [parts.join(', ')]), blind].join('; ');
  const unseen = report.notChecked.length > 0 ? `; ${NOT_ALL_CHECKED}` : '';
  return `${parts.length === 0 ? NOTHING_FOUND : parts.join(', ')}${unseen}`;
}

/** Whether the audit fails: because of a finding, or because there was nothing to check. */
export function fails({ findings, failOn, isBlind, hasFailed }: AuditReport): boolean {
  if (failOn === undefined) return false;
  return (isBlind && !hasFailed) || findings.some(({ severity }) => isAtLeast(severity, failOn));
}

/** The result at a glance: an incomplete audit is not clean. */
export function verdictOf(report: AuditReport): 'bad' | 'unsure' | 'good' {
  if (fails(report) || report.isBlind) return 'bad';
  return report.notChecked.length > 0 ? 'unsure' : 'good';
}
