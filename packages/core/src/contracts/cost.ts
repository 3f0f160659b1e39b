/** What a piece of work costs, if nothing goes wrong. */
export interface RequestCost {
  /** The requests of which each waits for the one before. */
  readonly inRow: number;
  readonly inAll: number;
  /** More requests in a row, for which what follows does not wait. They count in `inAll`. @default 0 */
  readonly beside?: number;
  /** How long it waits besides, in milliseconds. @default 0 */
  readonly waitMs?: number;
}

/** What the steps of a rotation cost at an issuer. */
export type IssuerCost = Readonly<Record<'issue' | 'grant' | 'verify' | 'revoke', RequestCost>>;
