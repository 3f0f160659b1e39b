import type { KeyturnError } from '@keyturn/core';
import type { Finding } from '@keyturn/host/status';

import type { Said } from '../messages-of-checks.ts';

/** The result of one check: everything is fine, or a finding. */
export interface Diagnosis extends Omit<Finding, 'severity'> {
  readonly severity: Finding['severity'] | 'ok';
  /** The area of the check: the first word of its line. */
  readonly area: string;
  /** The ids of the sinks concerned, if any. */
  readonly sinks?: readonly string[];
}

/** Creates the diagnoses of one area. A plain text needs no fix. */
export function about(area: string) {
  const line =
    (severity: Diagnosis['severity']) =>
    (rule: string, said: string | Said): Diagnosis => {
      const { text, fix } = typeof said === 'string' ? { text: said, fix: null } : said;
      return { area, rule, severity, text, fix };
    };
  return {
    fine: line('ok'),
    note: line('note'),
    warn: line('warning'),
    wrong: line('problem'),
    failed: (rule: string, { message, hint }: Pick<KeyturnError, 'message' | 'hint'>): Diagnosis =>
      line('problem')(rule, { text: message, fix: hint ?? null }),
  };
}
