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

/** What looking somewhere came to. */
export type Result<Value> =
  | { readonly value: Value; readonly error?: never }
  | { readonly error: KeyturnError; readonly value?: never };

/** What the rules judge: plain data, gathered before. Nothing in it is secret. */
export interface Evidence {
  /** Milliseconds since the epoch. */
  readonly now: number;
  /** The versions of the program and of what it runs on. */
  readonly about: string;
  readonly configuration: Result<ConfigurationEvidence>;
  readonly adapters: readonly Result<AdapterEvidence>[];
  readonly variables: readonly VariableEvidence[];
  readonly issuer: Result<IssuerEvidence>;
  /** Undefined where no token was asked for. */
  readonly token?: TokenEvidence;
  readonly sinks: SinksEvidence;
  readonly store: Result<StoreEvidence>;
  /** Secrets that killed deliveries left on this machine. */
  readonly leftovers: readonly LeftoverEvidence[];
  /** What became of what the ledgers say was delivered. */
  readonly drift: readonly DriftEvidence[];
  readonly network: NetworkEvidence;
  /** Undefined if it was not asked for. */
  readonly security?: SecurityEvidence;
  readonly hosts: readonly HostEvidence[];
}

export interface ConfigurationEvidence {
  /** Undefined where there is none. */
  readonly file: string | undefined;
  readonly rotations: number;
}

export interface AdapterEvidence {
  readonly role: 'issuer' | 'sink' | 'store';
  readonly kind: string;
}

/** A variable with a secret that is set. */
export interface VariableEvidence {
  readonly name: string;
  readonly length: number;
  /** What is odd about its form, in words. */
  readonly oddity?: string;
}

export interface IssuerEvidence {
  /** `planetscale:acme` */
  readonly id: string;
  /** The id of the token that acts, as the credentials say; undefined for a person's login. */
  readonly actingToken?: string;
  readonly report: Result<IssuerReport>;
  /** Undefined where the issuer does not tell. */
  readonly credentials?: Result<CredentialReport>;
  /** The token that acts; undefined for a person's login. */
  readonly acting?: Result<TokenDetails | undefined>;
}

export interface TokenEvidence {
  /** The id, fit to print. */
  readonly wanted: string;
  readonly found: Result<LookUp>;
}

export interface LookUp {
  /** How many tokens there are over all pages. */
  readonly total: number;
  /** Where in the list it stands, from 1; undefined where it does not. */
  readonly position?: number;
  readonly token?: TokenInfo;
  /** The id that was meant, as far as can be told. */
  readonly meant?: { readonly id: string; readonly by: 'name' | 'spelling' };
  /** The accounts that the credentials belong to, where the issuer tells. */
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
  /** What finding the sinks of patterns told. */
  readonly warnings: readonly string[];
}

export interface SinkEvidence {
  /** The sink's id, or what the configuration says where it could not be opened. */
  readonly id: string;
  readonly kind: string;
  readonly report: Result<SinkReport>;
  /** What is there before keyturn writes for the first time; undefined once it did. */
  readonly contact?: ContactEvidence;
}

export interface LeftoverEvidence {
  readonly text: string;
  readonly fix: string;
  readonly sink: string;
  /** The check of its sink has removed it. */
  readonly isGone: boolean;
}

/** The names of a place that keyturn has never written. */
export interface ContactEvidence {
  readonly rotation: string;
  /** The rotation's names, those of each field together. */
  readonly fields: readonly (readonly string[])[];
  /** Those of them that are there. */
  readonly present: readonly string[];
  /** What else is there; undefined where the platform does not tell. */
  readonly near?: readonly Neighbour[];
  /** What to write in the configuration to fit what is there. */
  readonly proposal: string;
  /** The names of a credential of this issuer are there, in another layout than the configuration has. */
  readonly isKnownOtherwise: boolean;
}

/** One rotation whose token is in use. */
export interface DriftEvidence {
  readonly rotation: string;
  /** The configuration has it replaced by the next run. */
  readonly heals: boolean;
  /** A new token's permissions would be copied from it. */
  readonly copies: boolean;
  readonly token: string;
  /** Whose it is, where the configuration says another account: then nothing could be looked at. */
  readonly otherAccount?: string;
  /** The issuer does not have it any more. */
  readonly isMissing: boolean;
  readonly overwritten: readonly string[];
  readonly removed: readonly string[];
  /** How many sinks show that they hold it, or nothing to the contrary. */
  readonly looked: number;
}

export interface StoreEvidence {
  readonly kind: string;
  /** Undefined where the store does not tell. */
  readonly report?: Result<StoreReport>;
  readonly ledgers: Result<readonly LedgerEvidence[]>;
}

export interface LedgerEvidence {
  readonly rotation: string;
  /** How many records were read, from the first to the last. */
  readonly records: Result<number>;
  /** What it says last of the tokens that this is about: the one that acts, and the one that is looked for. */
  readonly fates: readonly TokenFate[];
  /** Who holds its lock, in words; undefined for nobody. */
  readonly holder?: string;
}

/** A token was brought in by a rotation, or revoked by it. */
export interface TokenFate {
  readonly token: string;
  readonly type: 'completed' | 'revoked';
  /** ISO 8601. */
  readonly at: string;
}

/** How the set-up is secured. */
export interface SecurityEvidence {
  readonly ledger: LedgerSecurity;
  /** What the token that acts may do beyond what it needs; undefined if that is not known. */
  readonly beyond?: readonly string[];
  /** The token that acts is older than 90 days, and has no end. */
  readonly isAgeless: boolean;
  /** A person's login acts. */
  readonly isPerson: boolean;
  /** Folders that every user of the machine can write. */
  readonly writable: readonly string[];
  /** What says that the runner is shared. */
  readonly runner: string | undefined;
  readonly pipelines: readonly PipelineEvidence[];
  readonly isUntrusted: boolean;
}

export interface LedgerSecurity {
  readonly hasKey: boolean;
  /** They could be read, and whatever is signed is signed with the key. */
  readonly isKnown: boolean;
  readonly unsigned: readonly string[];
  /** They are in git, or in a database: others can write them too. */
  readonly isShared: boolean;
  /** Whether the platform protects their branch; undefined if it is not known. */
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
  /** The proxies that are set, without their credentials. */
  readonly proxies: readonly { readonly variable: string; readonly host: string | undefined }[];
  /** Hosts that need none. */
  readonly exceptions: string | undefined;
  /** Node was told to take any certificate. */
  readonly isUnverified?: boolean;
  /** A file with certificates that Node was told of, and whether it can be read. */
  readonly certificates?: { readonly file: string; readonly isReadable: boolean };
}

/** What the answers of one host told. */
export interface HostEvidence {
  readonly host: string;
  readonly requests: number;
  readonly answers: number;
  /** How far its clock is ahead of ours, in milliseconds. */
  readonly skew?: number;
  readonly budget?: Budget;
}
