import type { Evidence, Source } from './evidence.ts';
import type { Finding, Severity } from '@keyturn/host/status';

/** Limits, in milliseconds. */
export interface Limits {
  /** For tokens that no rotation manages; others have their own. */
  readonly maxAge: number;
  readonly unusedAfter: number;
  readonly expiringWithin: number;
}

/** What a rule found, without the properties of the rule. */
export interface Hit {
  readonly subject: string;
  readonly text: string;
  readonly fix: string;
  /** @default the rule's */
  readonly severity?: Severity;
  /** Judged by names and conventions; might be intended. */
  readonly isHeuristic?: boolean;
  /** The place in a repository; otherwise it is about the configuration. */
  readonly place?: { readonly file: string; readonly line?: number };
  /** The id of the token concerned. */
  readonly token?: string;
  /** The rotation concerned. @default the one that manages the token */
  readonly rotation?: string;
  /** Stable from run to run. @default the token, otherwise the subject */
  readonly identity?: string;
}

/** A rule of the audit: a pure function of the evidence. */
export interface Rule {
  /** `KT001`: never reused. */
  readonly id: string;
  /** `token-too-old` */
  readonly name: string;
  readonly severity: Severity;
  /** The problem that it finds: one sentence. */
  readonly summary: string;
  /** Why it matters. */
  readonly help: string;
  /** The sources that it uses: if one is missing, the rule counts as not checked. */
  readonly needs: readonly Source[];
  /** Without any of these, it cannot find anything. */
  readonly basis: readonly Source[];
  readonly find: (evidence: Evidence, limits: Limits) => Iterable<Hit>;
}

export interface AuditFinding extends Finding, Omit<Hit, 'severity' | 'text' | 'fix'> {
  /** The name of its rule. */
  readonly name: string;
  readonly fix: string;
}
