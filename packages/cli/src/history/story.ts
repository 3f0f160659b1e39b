/** Something out of the ordinary, in plain words. */
export interface Incident {
  readonly at: string;
  readonly text: string;
  /** Whether something went wrong, or somebody just did something. */
  readonly kind: 'trouble' | 'note';
}

/** One rotation of the past, or one that is under way, as plain data. Times are ISO 8601. */
export interface Story {
  readonly startedAt: string;
  /** When the last thing happened that belongs to it. */
  readonly lastAt: string;
  readonly outcome:
    | 'rotated'
    | 'under-way'
    | 'lost'
    | 'declined'
    | 'rejected'
    | 'aborted'
    | 'recorded';
  /** Why a token was wanted, as a run says it: `age`. */
  readonly reason: string | null;
  readonly label: string | null;
  readonly token: string | null;
  /** From the wish for a token until every sink had it. */
  readonly durationMs: number | null;
  /** When every sink had the token. */
  readonly completedAt: string | null;
  /** The token that was in use before, and when it ended. */
  readonly replaced: { readonly id: string; readonly revokedAt: string | null } | null;
  /** The sinks that were written. */
  readonly sinks: readonly string[];
  /** The sinks where a job of CI has worked with the token. */
  readonly proved: readonly string[];
  readonly revoked: readonly { readonly id: string; readonly at: string }[];
  readonly incidents: readonly Incident[];
}
