import type {
  Confirmation,
  KeyturnError,
  Permissions,
  TokenClue,
  TokenHint,
  TokenInfo,
} from '@keyturn/core';
import type { RotationState } from '@keyturn/core/unstable';

/** What the rules judge: plain data, gathered before. Nothing in it is secret. */
export interface Evidence {
  /** Milliseconds since the epoch. */
  readonly now: number;
  /** The issuer and its account: `planetscale:acme`. */
  readonly issuer: string;
  /** Every token of the issuer; undefined where it could not be asked. */
  readonly tokens?: readonly TokenEvidence[];
  /** The token that keyturn itself acts with. */
  readonly actingToken?: string;
  readonly rotations: readonly RotationEvidence[];
  /** A git repository was searched, or part of it. */
  readonly isSearched?: boolean;
  readonly leaks: readonly Leak[];
  readonly gaps: readonly Gap[];
}

export interface TokenEvidence extends TokenInfo {
  /** Undefined where they could not be read. */
  readonly permissions?: Permissions;
}

export interface RotationEvidence {
  readonly name: string;
  /** What the configuration says; undefined for a ledger that it does not name. */
  readonly policy?: {
    /** Milliseconds. */
    readonly maxAge: number;
    readonly permissions: 'copy' | Permissions;
    /** The ids of its sinks. */
    readonly sinks: readonly string[];
  };
  readonly state: RotationState;
  /** What the sinks that could be asked have shown. */
  readonly shown: readonly SinkEvidence[];
}

export interface SinkEvidence {
  readonly id: string;
  readonly hint?: TokenHint;
  /** What suggests which token jobs read there, and proves nothing. */
  readonly clue?: TokenClue;
  /** Whether it still is as the last delivery left it. */
  readonly confirmation?: Confirmation;
}

/** A secret in a repository. The secret itself is not kept. */
export interface Leak {
  /** From the root of the repository, fit to print. */
  readonly file: string;
  /** Where it stands now; undefined where only the history has it. */
  readonly line?: number;
  /** The earliest commit found that wrote it, shortened; undefined where none did. */
  readonly commit?: string;
  /** The token of the id that stands beside it. */
  readonly token?: string;
  /** It has the form of a token; otherwise it only stands beside an id and looks random. */
  readonly isToken: boolean;
}

export type Source = 'issuer' | 'permissions' | 'ledgers' | 'sinks' | 'git';

/** Evidence that is missing. */
export interface Gap {
  readonly source: Source;
  readonly subject: string;
  readonly reason: string;
  readonly fix?: string;
  /** What went wrong; undefined where nothing did: there was nothing to ask with, or nothing to ask. */
  readonly error?: KeyturnError;
}
