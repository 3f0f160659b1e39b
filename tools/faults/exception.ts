export interface Exception {
  /** Tried on the provider and the request. */
  readonly rows: RegExp;
  readonly faults: readonly string[];
  readonly result: string;
  readonly why: string;
  /** A rule that cannot be kept against a server that lies like this. */
  readonly breaks?: RegExp;
}
