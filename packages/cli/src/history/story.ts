/** Something out of the ordinary. */
export interface Incident {
  readonly at: string;
  readonly text: string;
  /** Whether something failed, or somebody just did something. */
  readonly kind: 'trouble' | 'note';
}

/** A past rotation, or one that is under way, as plain data. Times are ISO 8601. */
export interface Story {
  readonly startedAt: string;
  /** The time of its last record. */
  readonly lastAt: string;
  readonly outcome:
    | 'rotated'
    | 'under-way'
    | 'lost'
    | 'declined'
    | 'rejected'
    | 'aborted'
    | 'recorded';
  /** Why a token was requested: `age`. */
  readonly reason: string | null;
  readonly label: string | null;
  readonly token: string | null;
  /** From the request for a token until every sink contained it. */
  readonly durationMs: number | null;
  /** When every sink contained the token. */
  readonly completedAt: string | null;
  /** The token before it, and when it was revoked. */
  readonly replaced: { readonly id: string; readonly revokedAt: string | null } | null;
  /** The sinks that it was delivered to. */
  readonly sinks: readonly string[];
  /** The sinks whose CI job worked with the token. */
  readonly proved: readonly string[];
  readonly revoked: readonly { readonly id: string; readonly at: string }[];
  readonly incidents: readonly Incident[];
}
