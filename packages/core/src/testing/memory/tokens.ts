import { type Clock, type Credential, Secret, type TokenInfo, type TokenRef } from '../../index.ts';
import { cut } from './platform.ts';

/** A token as the server has it, secret and all. */
export interface MemoryToken {
  readonly id: string;
  readonly label: string;
  readonly secret: string;
  /** Sorted, without duplicates. */
  permissions: readonly string[];
  readonly issuedAt: string;
  readonly expiresAt?: string;
  revokedAt?: string;
  lastUsedAt?: string;
}

/** How an issuer tells the time, in milliseconds. By default its clock is not the machine's, and shows whole seconds. */
export interface IssuerTimes {
  /** What its moments are cut to. @default 1000 */
  readonly resolution?: number;
  /** How far its clock is ahead. @default -4517 */
  readonly clock?: number;
  /** `list`, `find` and `get` show the tokens of so long ago. @default 0 */
  readonly lag?: number;
}

/** The tokens that there are and were, and what reads show of them. */
export class Tokens {
  /** The oldest first; a revoked one stays. */
  readonly all: MemoryToken[] = [];
  readonly #clock: Clock;
  readonly #resolution: number;
  readonly #ahead: number;
  readonly #lag: number;
  readonly #versions: { readonly at: number; readonly tokens: readonly MemoryToken[] }[] = [];

  constructor(
    clock: Clock,
    { resolution = 1000, clock: ahead = -4517, lag = 0 }: IssuerTimes = {},
  ) {
    this.#clock = clock;
    this.#resolution = resolution;
    this.#ahead = ahead;
    this.#lag = lag;
  }

  /** A moment as the issuer's clock shows it. */
  shown(at: number): number {
    return cut(at + this.#ahead, this.#resolution);
  }

  /** The token of that id, unless it was revoked. */
  get(id: string): MemoryToken | undefined {
    return this.all.find((token) => token.id === id && token.revokedAt === undefined);
  }

  add(token: MemoryToken, at: number): void {
    this.all.push(token);
    this.#changed(at);
  }

  /** Whether there was such a token to change. */
  change(id: string, at: number, changes: Partial<MemoryToken>): boolean {
    const token = this.get(id);
    if (token === undefined) return false;
    Object.assign(token, changes);
    this.#changed(at);
    return true;
  }

  /** Whether it is neither revoked nor expired. */
  works({ revokedAt, expiresAt }: MemoryToken): boolean {
    const now = this.#clock.now() + this.#ahead;
    return revokedAt === undefined && (expiresAt === undefined || Date.parse(expiresAt) > now);
  }

  /** The tokens that a read shows now. */
  visible(): readonly MemoryToken[] {
    const seen = this.#clock.now() - this.#lag;
    const version = this.#versions.findLast(({ at }) => at <= seen)?.tokens ?? [];
    return (this.#lag === 0 ? this.all : version).filter(
      ({ revokedAt }) => revokedAt === undefined,
    );
  }

  #changed(at: number): void {
    if (this.#lag > 0) this.#versions.push({ at, tokens: this.all.map((token) => ({ ...token })) });
  }
}

export function reference({ id, label, issuedAt, expiresAt }: MemoryToken): TokenRef {
  return { id, label, issuedAt, ...(expiresAt !== undefined && { expiresAt }) };
}

export function info(token: MemoryToken): TokenInfo {
  const { lastUsedAt } = token;
  return { ...reference(token), ...(lastUsedAt !== undefined && { lastUsedAt }) };
}

export function credential(token: MemoryToken): Credential {
  const pair = new Secret(`${token.id}:${token.secret}`);
  const fields = { id: token.id, token: new Secret(token.secret), pair };
  return { token: reference(token), fields };
}
