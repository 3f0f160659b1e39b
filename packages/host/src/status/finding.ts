/** From useful to know to dangerous for CI or a secret. */
export const severities = ['note', 'warning', 'problem'] as const;
export type Severity = (typeof severities)[number];

/** Something that an operator should know. */
export interface Finding {
  /** The rule that found it; stable across versions. */
  readonly rule: string;
  readonly severity: Severity;
  /** What was found: one line without a final period. */
  readonly text: string;
  /** What to do; null if there is nothing to do. */
  readonly fix: string | null;
}

/** Something that could not be checked. It is never omitted silently. */
export interface NotChecked {
  readonly rules: readonly string[];
  readonly subject: string;
  readonly reason: string;
  readonly fix?: string;
}

export function isAtLeast(severity: Severity, threshold: Severity): boolean {
  return severities.indexOf(severity) >= severities.indexOf(threshold);
}
