import type { Permissions, TokenRef } from '../issuer.ts';
import type { Receipt } from '../sink.ts';

/** One token of the rotation that is not known to be gone. */
export interface TokenRecord {
  readonly ref: TokenRef;
  /** It was sent to a sink, or was there before: jobs may have read it. */
  readonly exposed: boolean;
  /** It is neither current nor under way: to be revoked once no sink may hold it. */
  readonly retired: boolean;
  /** When the last sink that held it was seen to hold another one, ISO 8601. Its grace starts here. */
  readonly releasedAt?: string;
}

/** A delivery without an answer: it may still land. */
export interface Unanswered {
  readonly token: string;
  readonly at: string;
}

/** What is known of one sink. It may hold each of `base`, and each token of an unanswered delivery. */
export interface SinkRecord {
  readonly id: string;
  /** Ids of tokens; empty where nothing is known (a sink that was never written to). */
  readonly base: readonly string[];
  readonly unanswered: readonly Unanswered[];
  /** Of the last delivery that was answered. */
  readonly receipt?: Receipt;
}

/** A label that a token was asked for under, where it is not known whether one was created. */
export interface Attempt {
  readonly label: string;
  readonly at: string;
}

/** What a new chapter of a ledger carries over from the one before. */
export interface Summary {
  readonly current?: string;
  readonly permissions?: Permissions;
  readonly tokens: readonly TokenRecord[];
  readonly sinks: readonly SinkRecord[];
  readonly attempts: readonly Attempt[];
}
