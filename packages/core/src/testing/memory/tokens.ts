import { type Clock, type Credential, Secret, type TokenInfo, type TokenRef } from '../../index.ts';
import { cut, iso } from './platform.ts';

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
  /** It does not work until it is enabled. */
  disabled?: boolean;
  /** When it is gone, by the machine's clock in milliseconds: its revocation takes time. */
  endsAt?: number;
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

/** How the issuer treats its tokens. */
interface Treatment extends IssuerTimes {
  /** @default true */
  readonly hasLabels?: boolean;
  /** Milliseconds until a revoked token is gone. @default 0 */
  readonly endsAfter?: number;
}

/** The tokens that there are and were, and what reads show of them. */
export class Tokens {
  /** The oldest first; a revoked one stays. */
  readonly all: MemoryToken[] = [];
  readonly #clock: Clock;
  readonly #resolution: number;
  readonly #ahead: number;
  readonly #lag: number;
  readonly #hasLabels: boolean;
  readonly #endsAfter: number;
  /** When each token was made, by the machine's clock. */
  readonly madeAt = new Map<string, number>();
  readonly #versions: { readonly at: number; readonly tokens: readonly MemoryToken[] }[] = [];

  constructor(
    clock: Clock,
    {
      resolution = 1000,
      clock: ahead = -4517,
      lag = 0,
      hasLabels = true,
      endsAfter = 0,
    }: Treatment = {},
  ) {
    this.#hasLabels = hasLabels;
    this.#endsAfter = endsAfter;
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
    this.#endDue();
    return this.all.find((token) => token.id === id && token.revokedAt === undefined);
  }

  add(token: MemoryToken, at: number): void {
    this.all.push(token);
    this.madeAt.set(token.id, at);
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

  /** Revokes a token, now or after a while. */
  end(id: string, at: number): 'revoked' | 'gone' | 'pending' {
    const token = this.get(id);
    if (token === undefined) return 'gone';
    if (this.#endsAfter > 0) {
      token.endsAt ??= at + this.#endsAfter;
      return 'pending';
    }
    this.change(id, at, { revokedAt: iso(this.shown(at)) });
    return 'revoked';
  }

  #endDue(): void {
    const now = this.#clock.now();
    for (const token of this.all)
      if (token.endsAt !== undefined && token.endsAt <= now)
        token.revokedAt ??= iso(this.shown(token.endsAt));
  }

  /** Those that are not revoked, whatever reads show. */
  existing(): readonly MemoryToken[] {
    this.#endDue();
    return this.all.filter(({ revokedAt }) => revokedAt === undefined);
  }

  reference({ id, label, issuedAt, expiresAt }: MemoryToken): TokenRef {
    const shown = this.#hasLabels ? label : id;
    return { id, label: shown, issuedAt, ...(expiresAt !== undefined && { expiresAt }) };
  }

  info(token: MemoryToken): TokenInfo {
    const { lastUsedAt, disabled } = token;
    return {
      ...this.reference(token),
      ...(lastUsedAt !== undefined && { lastUsedAt }),
      ...(disabled === true && { disabled }),
    };
  }

  /** Whether it is neither revoked, disabled nor expired. */
  works({ revokedAt, expiresAt, disabled }: MemoryToken): boolean {
    this.#endDue();
    const now = this.#clock.now() + this.#ahead;
    return (
      disabled !== true &&
      revokedAt === undefined &&
      (expiresAt === undefined || Date.parse(expiresAt) > now)
    );
  }

  /** The tokens that a read shows now. */
  visible(): readonly MemoryToken[] {
    this.#endDue();
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

export function credential(token: MemoryToken): Credential {
  const pair = new Secret(`${token.id}:${token.secret}`);
  const fields = { id: token.id, token: new Secret(token.secret), pair };
  const { id, label, issuedAt, expiresAt } = token;
  const reference = { id, label, issuedAt, ...(expiresAt !== undefined && { expiresAt }) };
  return { token: reference, fields };
}
