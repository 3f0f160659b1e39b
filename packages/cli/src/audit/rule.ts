import type { Evidence, Source } from './evidence.ts';
import type { Finding, Severity } from '@keyturn/host/status';

/** From when on something is too much, in milliseconds. */
export interface Limits {
  /** For tokens that no rotation manages; the others have their own. */
  readonly maxAge: number;
  readonly unusedAfter: number;
  readonly expiringWithin: number;
}

/** What a rule found, before the rule's own words are added. */
export interface Hit {
  readonly subject: string;
  readonly text: string;
  readonly fix: string;
  /** @default the rule's */
  readonly severity?: Severity;
  /** It is told by names and customs, and may be meant so. */
  readonly isHeuristic?: boolean;
  /** Where in a repository; otherwise it is about the configuration. */
  readonly place?: { readonly file: string; readonly line?: number };
  /** The id of the token that it is about. */
  readonly token?: string;
  /** The rotation that it is about. @default the one that manages the token */
  readonly rotation?: string;
  /** What stays the same from run to run. @default the token, or else the subject */
  readonly identity?: string;
}

/** One piece of advice: a pure function over the evidence. */
export interface Rule {
  /** `KT001`: never given to another rule. */
  readonly id: string;
  /** `token-too-old`: what it is called. */
  readonly name: string;
  readonly severity: Severity;
  /** What is wrong with what it finds: one sentence. */
  readonly summary: string;
  /** Why that matters. */
  readonly help: string;
  /** What it is about to look at: where that is missing, the rule counts as not checked. */
  readonly needs: readonly Source[];
  /** Without any of these it can find nothing. */
  readonly basis: readonly Source[];
  readonly find: (evidence: Evidence, limits: Limits) => Iterable<Hit>;
}

export interface AuditFinding extends Finding, Omit<Hit, 'severity' | 'text' | 'fix'> {
  /** What its rule is called. */
  readonly name: string;
  readonly fix: string;
}
