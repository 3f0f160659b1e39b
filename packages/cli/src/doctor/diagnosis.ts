import type { KeyturnError } from '@keyturn/core';
import type { Finding } from '@keyturn/host/status';

/** One thing that was looked at: it is fine, or a finding. */
export interface Diagnosis extends Omit<Finding, 'severity'> {
  readonly severity: Finding['severity'] | 'ok';
  /** What it is about: the first word of its line. */
  readonly area: string;
  /** The ids of the sinks that it is about, where it is about any. */
  readonly sinks?: readonly string[];
}

/** Makes the diagnoses of one area. */
export function about(area: string) {
  const line =
    (severity: Diagnosis['severity']) =>
    (rule: string, text: string, fix: string | null = null): Diagnosis => ({
      area,
      rule,
      severity,
      text,
      fix,
    });
  return {
    fine: line('ok'),
    note: line('note'),
    warn: line('warning'),
    wrong: line('problem'),
    failed: (rule: string, { message, hint }: Pick<KeyturnError, 'message' | 'hint'>): Diagnosis =>
      line('problem')(rule, message, hint),
  };
}
