/** From what is good to know to what endangers CI or a secret. */
export const severities = ['note', 'warning', 'problem'] as const;
export type Severity = (typeof severities)[number];

/** Something that an operator should know. */
export interface Finding {
  /** The rule that found it; the same in every version. */
  readonly rule: string;
  readonly severity: Severity;
  /** What was found: one line without a full stop. */
  readonly text: string;
  /** What to do; null where nothing has to be done. */
  readonly fix: string | null;
}

/** Something that could not be looked at. It is never left out in silence. */
export interface NotChecked {
  readonly rules: readonly string[];
  readonly subject: string;
  readonly reason: string;
  readonly fix?: string;
}

export function isAtLeast(severity: Severity, threshold: Severity): boolean {
  return severities.indexOf(severity) >= severities.indexOf(threshold);
}
