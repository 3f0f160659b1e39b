/** The policy, in milliseconds. */
export interface Timing {
  readonly maxAge: number;
  readonly grace: number;
  /** Beside the grace: a replaced token is revoked only after it was not used for a while. */
  readonly quiet?: {
    /** How long it must not have been used. */
    readonly for: number;
    /** How long after its release it is revoked all the same. */
    readonly atMost: number;
  };
  /** How long a lost request may still land. */
  readonly settle: number;
  /** How long a replaced token is only disabled, before it is revoked. @default 0: it is not disabled */
  readonly pause?: number;
}

/** What becomes of a token that somebody else overwrote, removed or ended: told, replaced, or not looked for. */
export type Drift = 'report' | 'heal' | 'off';

/** What this run is asked to do. */
export interface Intent {
  readonly policy: Timing;
  /** The sinks to write, by id: all of the rotation's, or those that a filter left. */
  readonly selected: readonly string[];
  /** All of the rotation's sinks, by id; the selected ones by default. */
  readonly configured?: readonly string[];
  /** A token of the issuer that is to be replaced. */
  readonly replaces?: string;
  readonly force: boolean;
  /** The token leaked: it is replaced at once, and revoked after that, or before, whoever holds it. */
  readonly breakGlass?: BreakGlass;
  /** Bring nothing in: give up what is under way, and revoke what no sink may hold. */
  readonly abort?: boolean;
  /** The sinks where a job has to use the new token well before a replaced one is revoked. */
  readonly canary?: readonly string[];
  /** Whether a run that has nothing to do looks at what is there. @default 'off' */
  readonly drift?: Drift;
  /** How many tokens the issuer allows at once. */
  readonly most?: number;
  /** Wait for what becomes possible later (grace, settle), instead of leaving it to a later run. */
  readonly wait: boolean;
}

/** Whether a leaked token dies after its successor is in place, or before, with an outage. */
export type BreakGlass = 'replace-first' | 'revoke-first';

/** What this process knows and the ledger does not. A kill loses it; nothing may depend on it for safety. */
export interface Memory {
  /** How far the ledger's time is ahead of the machine's clock, after that was set back. Ages are told by the clock. */
  readonly ahead: number;
  /** The token whose plaintext is in hand. */
  readonly hand?: string;
  readonly checked: boolean;
  /** How many tokens were asked for in this run. */
  readonly asked: number;
  /** The new token is in every selected sink. */
  readonly completed: boolean;
  /** The issuer failed in a way that another try in this run would not mend. */
  readonly gaveUp: boolean;
  /** Sinks that could not be written in this run. */
  readonly failedSinks: ReadonlySet<string>;
  /** When each lost label was last looked for, and whether that was right before a revocation. */
  readonly lookUps: ReadonlyMap<string, { readonly at: number; readonly final: boolean }>;
  /** Sinks whose late writes could not be settled in this run: nothing readable is shown. */
  readonly unreadableSinks: ReadonlySet<string>;
  /** When each replaced token was last looked at, and when it had last been used by then. */
  readonly uses: ReadonlyMap<string, { readonly at: number; readonly usedAt?: number | undefined }>;
  /** Sinks where a job was tried in this run. */
  readonly tried: ReadonlySet<string>;
  /** Those of them where it did not end well, or where it is not known how. */
  readonly failedTrials: ReadonlySet<string>;
  /** The sinks and the token in use were looked at in this run. */
  readonly looked: boolean;
  /** The token that the user named beside the one in use was looked for in this run. */
  readonly named: boolean;
  /** Tokens that could not be revoked in this run. */
  readonly unrevoked: ReadonlySet<string>;
}

export const freshMemory: Memory = {
  ahead: 0,
  checked: false,
  asked: 0,
  completed: false,
  gaveUp: false,
  failedSinks: new Set(),
  lookUps: new Map(),
  unreadableSinks: new Set(),
  uses: new Map(),
  tried: new Set(),
  failedTrials: new Set(),
  looked: false,
  named: false,
  unrevoked: new Set(),
};
