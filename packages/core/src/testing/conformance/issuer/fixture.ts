import type { Permissions, TokenIssuer } from '../../../index.ts';
import type { Awaitable, Closable, ReceivedRequest } from '../check.ts';

/** A token as its provider has it. */
export interface ProviderToken {
  readonly id: string;
  readonly label: string;
  readonly permissions: Permissions;
}

/** An issuer over a backend of its own, with the means to look behind it. Opened afresh for every check. */
export interface IssuerFixture extends Closable {
  readonly issuer: TokenIssuer;
  /** Two permissions that the account can give. */
  readonly permissions: readonly [string, string];
  /** An id as the provider makes them, of a token that there never was. */
  readonly unknownId: string;
  /** The tokens that are neither revoked nor expired, read without the issuer. */
  readonly tokens: () => Awaitable<readonly ProviderToken[]>;
  /** Makes so many tokens without the issuer, each under a label of its own. */
  readonly seedMany: (count: number) => Awaitable<readonly { id: string; label: string }[]>;
  /** A lifetime that the provider accepts, in milliseconds; left out if tokens cannot expire. */
  readonly ttl?: number;
  /** From now on the backend refuses the issuer's credentials. */
  readonly deny?: () => unknown;
  /** The credential that the issuer was given. */
  readonly credential?: string;
  /** From now on the backend takes requests and never answers. */
  readonly stall?: () => unknown;
  /** The next write takes effect, and its answer is lost. */
  readonly loseAnswer?: () => unknown;
  /** Every request that the backend has received, in order. */
  readonly requests?: () => Awaitable<readonly ReceivedRequest[]>;
  /** Lets time pass at the provider, until what takes time is done; for issuers whose tokens are ready, or end, later. */
  readonly pass?: () => unknown;
  /** An issuer of another account at the same provider, that may do there what this one may do here. */
  readonly elsewhere?: () => Awaitable<TokenIssuer>;
}
