import type {
  CredentialReport,
  IssuerReport,
  KeyturnError,
  Neighbour,
  SinkReport,
  TokenDetails,
  TokenInfo,
} from '@keyturn/core';
import type { StoreReport } from '@keyturn/core/ledger';
import type { Budget } from '@keyturn/http';

import type { Advice } from '../workflows/advice.ts';

/** The result of a check: a value or an error. */
export type Result<Value> =
  | { readonly value: Value; readonly error?: never }
  | { readonly error: KeyturnError; readonly value?: never };

/** What the rules judge: plain data, gathered first. Nothing in it is secret. */
export interface Evidence {
  /** Milliseconds since the epoch. */
  readonly now: number;
  /** The versions of the program and its platform. */
  readonly about: string;
  readonly configuration: Result<ConfigurationEvidence>;
  readonly adapters: readonly Result<AdapterEvidence>[];
  readonly variables: readonly VariableEvidence[];
  readonly issuer: Result<IssuerEvidence>;
  /** Those of rotations that have their own. */
  readonly otherIssuers?: readonly Result<IssuerEvidence>[];
  /** Undefined if no token was named. */
  readonly token?: TokenEvidence;
  readonly sinks: SinksEvidence;
  readonly store: Result<StoreEvidence>;
  /** Secrets that killed deliveries left on this machine. */
  readonly leftovers: readonly LeftoverEvidence[];
  /** Whether the deliveries in the ledgers are still in place. */
  readonly drift: readonly DriftEvidence[];
  readonly network: NetworkEvidence;
  /** Undefined without `--security`. */
  readonly security?: SecurityEvidence;
  readonly hosts: readonly HostEvidence[];
}

export interface ConfigurationEvidence {
  /** Undefined if there is none. */
  readonly file: string | undefined;
  readonly rotations: number;
  /** Those that write files of this machine, and other places. */
  readonly mixed: readonly string[];
}

export interface AdapterEvidence {
  readonly role: 'issuer' | 'sink' | 'store';
  readonly kind: string;
}

/** A variable with a secret that is set. */
export interface VariableEvidence {
  readonly name: string;
  readonly length: number;
  /** What is wrong with its form, in words. */
  readonly oddity?: string;
}

export interface IssuerEvidence {
  /** The kind and the account, such as `planetscale:acme`. */
  readonly id: string;
  /** The id of the token that keyturn uses, from the credentials; undefined for a personal login. */
  readonly actingToken?: string;
  /** Whether it changes the permissions of tokens. @default true */
  readonly grants?: boolean;
  readonly report: Result<IssuerReport>;
  /** Undefined if the issuer does not report them. */
  readonly credentials?: Result<CredentialReport>;
  /** The token that keyturn uses; undefined for a personal login. */
  readonly acting?: Result<TokenDetails | undefined>;
}

export interface TokenEvidence {
  /** The id, printable. */
  readonly wanted: string;
  readonly found: Result<LookUp>;
}

export interface LookUp {
  /** The number of tokens on all pages. */
  readonly total: number;
  /** Its position in the list, from 1; undefined if it is not listed. */
  readonly position?: number;
  readonly token?: TokenInfo;
  /** The id that was probably meant. */
  readonly meant?: { readonly id: string; readonly by: 'name' | 'spelling' };
  /** The accounts that the credentials belong to, if the issuer reports them. */
  readonly accounts?: readonly string[];
  /** Another account of the same credentials that has it. */
  readonly elsewhere?: string;
}

export interface SinksEvidence {
  readonly checks: readonly SinkEvidence[];
  readonly credentials: readonly {
    readonly kind: string;
    readonly report: Result<CredentialReport>;
  }[];
  /** Warnings while patterns were resolved. */
  readonly warnings: readonly string[];
}

export interface SinkEvidence {
  /** The sink's id, or the text in the configuration if it could not be opened. */
  readonly id: string;
  readonly kind: string;
  readonly report: Result<SinkReport>;
  /** What is there on first contact; undefined afterwards. */
  readonly contact?: ContactEvidence;
}

export interface LeftoverEvidence {
  readonly text: string;
  readonly fix: string;
  readonly sink: string;
  /** The check of its sink removed it. */
  readonly isGone: boolean;
}

/** The names in a place that keyturn has never written. */
export interface ContactEvidence {
  readonly rotation: string;
  /** The rotation's names, grouped by field. */
  readonly fields: readonly (readonly string[])[];
  /** The names that exist there. */
  readonly present: readonly string[];
  /** Other names there; undefined if the platform does not list them. */
  readonly near?: readonly Neighbour[];
  /** What to write in the configuration to match the existing names. */
  readonly proposal: string;
  /** The names of a credential of this issuer exist there, in another layout than the configured one. */
  readonly isKnownOtherwise: boolean;
  /** What the pipelines of the checkout read of it. */
  readonly pipelines: Advice;
}

/** One rotation with a current token. */
export interface DriftEvidence {
  readonly rotation: string;
  /** The next run replaces it, as configured. */
  readonly heals: boolean;
  /** A new token's permissions would be copied from it. */
  readonly copies: boolean;
  readonly token: string;
  /** The account of the token, if the configuration names another one: then nothing could be checked. */
  readonly otherAccount?: string;
  /** The issuer no longer has it. */
  readonly isMissing: boolean;
  readonly overwritten: readonly string[];
  readonly removed: readonly string[];
  /** The number of sinks that show it. */
  readonly looked: number;
}

export interface StoreEvidence {
  readonly kind: string;
  /** Undefined if the store does not report it. */
  readonly report?: Result<StoreReport>;
  readonly ledgers: Result<readonly LedgerEvidence[]>;
}

export interface LedgerEvidence {
  readonly rotation: string;
  /** The number of records, all of them read. */
  readonly records: Result<number>;
  /** Its last event for the tokens of interest: the one that keyturn uses, and the one that is looked up. */
  readonly fates: readonly TokenFate[];
  /** The holder of its lock, in words; undefined for nobody. */
  readonly holder?: string;
}

/** A rotation issued a token, or revoked it. */
export interface TokenFate {
  readonly token: string;
  readonly type: 'completed' | 'revoked';
  /** ISO 8601. */
  readonly at: string;
}

/** How the setup is secured. */
export interface SecurityEvidence {
  readonly ledger: LedgerSecurity;
  /** Permissions of the token that keyturn uses beyond its needs; undefined if unknown. */
  readonly beyond?: readonly string[];
  /** The token that keyturn uses is older than 90 days, and does not expire. */
  readonly isAgeless: boolean;
  /** keyturn uses a personal login. */
  readonly isPerson: boolean;
  /** Folders that every user of the machine can write to. */
  readonly writable: readonly string[];
  /** Why the runner seems to be shared. */
  readonly runner: string | undefined;
  readonly pipelines: readonly PipelineEvidence[];
  readonly isUntrusted: boolean;
}

export interface LedgerSecurity {
  readonly hasKey: boolean;
  /** They could be read, and all signatures match the key. */
  readonly isKnown: boolean;
  readonly unsigned: readonly string[];
  /** They are in git or a database, where others can write, too. */
  readonly isShared: boolean;
  /** Whether the platform protects their branch; undefined if unknown. */
  readonly branch?: 'protected' | 'open' | undefined;
}

/** A pipeline of this checkout that runs keyturn. */
export interface PipelineEvidence {
  readonly file: string;
  readonly weaknesses: readonly Weakness[];
}

export interface Weakness {
  readonly line: number;
  readonly text: string;
  readonly fix: string;
}

export interface NetworkEvidence {
  /** The configured proxies, without their credentials. */
  readonly proxies: readonly { readonly variable: string; readonly host: string | undefined }[];
  /** Hosts that bypass the proxies. */
  readonly exceptions: string | undefined;
  /** Node accepts any certificate. */
  readonly isUnverified?: boolean;
  /** The file with additional certificates for Node, and whether it can be read. */
  readonly certificates?: { readonly file: string; readonly isReadable: boolean };
}

/** What the responses of one host show. */
export interface HostEvidence {
  readonly host: string;
  readonly requests: number;
  readonly answers: number;
  /** How far its clock is ahead of this machine's, in milliseconds. */
  readonly skew?: number;
  readonly budget?: Budget;
}
