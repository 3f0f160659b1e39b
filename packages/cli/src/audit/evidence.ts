import type { Rotatable } from '../workflows/rotatable.ts';
import type {
  Confirmation,
  KeyturnError,
  Permissions,
  TokenClue,
  TokenHint,
  TokenInfo,
} from '@keyturn/core';
import type { RotationState } from '@keyturn/core/unstable';

/** What the rules judge: plain data, gathered first. Nothing in it is secret. */
export interface Evidence {
  /** Milliseconds since the epoch. */
  readonly now: number;
  /** The issuers and their accounts, such as `planetscale:acme`. */
  readonly issuer: string;
  /** Every token of the issuer; undefined if it could not be asked. */
  readonly tokens?: readonly TokenEvidence[];
  /** The token that keyturn itself uses. */
  readonly actingToken?: string;
  readonly rotations: readonly RotationEvidence[];
  /** A git repository was searched, at least partly. */
  readonly isSearched?: boolean;
  readonly leaks: readonly Leak[];
  /** What pipelines of the checkout read, and no rotation writes. */
  readonly rotatable?: readonly Rotatable[];
  readonly gaps: readonly Gap[];
}

export interface TokenEvidence extends TokenInfo {
  /** Undefined if they could not be read. */
  readonly permissions?: Permissions;
  /** Its issuer has no tokens that expire. */
  readonly isEndless?: true;
  /** Its issuer gives permissions at creation, or not at all. */
  readonly isSettled?: true;
  /** A rotation with its issuer, if it is not the one of all rotations: the commands for tokens need it. */
  readonly through?: string;
}

export interface RotationEvidence {
  readonly name: string;
  /** From the configuration; undefined for a ledger that it does not contain. */
  readonly policy?: {
    /** Milliseconds. */
    readonly maxAge: number;
    readonly permissions: 'copy' | Permissions;
    /** The ids of its sinks. */
    readonly sinks: readonly string[];
  };
  readonly state: RotationState;
  /** What the sinks showed, as far as they could be asked. */
  readonly shown: readonly SinkEvidence[];
}

export interface SinkEvidence {
  readonly id: string;
  readonly hint?: TokenHint;
  /** What suggests which token jobs read there, without proof. */
  readonly clue?: TokenClue;
  /** Whether it is unchanged since the last delivery. */
  readonly confirmation?: Confirmation;
}

/** A secret in a repository. The secret itself is not kept. */
export interface Leak {
  /** Relative to the root of the repository, printable. */
  readonly file: string;
  /** Its current line; undefined if only the history contains it. */
  readonly line?: number;
  /** The earliest commit found that wrote it, shortened; undefined if there is none. */
  readonly commit?: string;
  /** The token whose id is beside it. */
  readonly token?: string;
  /** It has the form of a token; otherwise it is only beside an id and looks random. */
  readonly isToken: boolean;
}

export type Source = 'issuer' | 'permissions' | 'ledgers' | 'sinks' | 'git';

/** Missing evidence. */
export interface Gap {
  readonly source: Source;
  readonly subject: string;
  readonly reason: string;
  readonly fix?: string;
  /** The error; undefined if there was none, because credentials are missing, or there was nothing to ask. */
  readonly error?: KeyturnError;
}
