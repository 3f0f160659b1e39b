import type { KeyturnError } from '@keyturn/core';

import type { Finding } from '../output/finding.ts';

/** One thing that was looked at: it is fine, or a finding. */
export interface Diagnosis extends Omit<Finding, 'severity'> {
  readonly severity: Finding['severity'] | 'ok';
  /** What it is about: the first word of its line. */
  readonly area: string;
}

/** Makes the diagnoses of one area. */
export function about(area: string) {
  return {
    fine: (rule: string, text: string): Diagnosis => ({
      area,
      rule,
      severity: 'ok',
      text,
      fix: null,
    }),
    note: (rule: string, text: string, fix: string | null = null): Diagnosis => ({
      area,
      rule,
      severity: 'note',
      text,
      fix,
    }),
    warn: (rule: string, text: string, fix: string): Diagnosis => ({
      area,
      rule,
      severity: 'warning',
      text,
      fix,
    }),
    wrong: (rule: string, text: string, fix: string | null): Diagnosis => ({
      area,
      rule,
      severity: 'problem',
      text,
      fix,
    }),
    failed: (
      rule: string,
      { message, hint }: Pick<KeyturnError, 'message' | 'hint'>,
    ): Diagnosis => ({
      area,
      rule,
      severity: 'problem',
      text: message,
      fix: hint ?? null,
    }),
  };
}
