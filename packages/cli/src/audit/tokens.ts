import { shellWord } from '@keyturn/core';
import { holdersByToken } from '@keyturn/core/unstable';

import { replaceToken } from '../messages-of-checks.ts';
import type { Evidence, RotationEvidence, TokenEvidence } from './evidence.ts';

/** A token with what the ledgers contain about it. */
export interface KnownToken extends TokenEvidence {
  /** The rotation that manages it. */
  readonly rotation?: RotationEvidence;
  /** It was replaced, and will be revoked. */
  readonly isRetired: boolean;
  /** It is the one that keyturn uses. */
  readonly isActing: boolean;
  /** Sinks that might hold it, from the ledger. */
  readonly sinks: readonly string[];
}

/** The issuer's tokens; without them, those of the ledgers. */
export function tokensOf({ tokens, rotations, actingToken }: Evidence): KnownToken[] {
  const managed = new Map<string, KnownToken>();
  for (const rotation of rotations) {
    const held = holdersByToken(rotation.state);
    for (const { ref, retired } of rotation.state.tokens.values()) {
      const sinks = held.get(ref.id) ?? [];
      const isActing = ref.id === actingToken;
      managed.set(ref.id, { ...ref, rotation, isRetired: retired, isActing, sinks });
    }
  }
  if (tokens === undefined) return [...managed.values()];
  return tokens.map((token) => ({
    isRetired: false,
    isActing: token.id === actingToken,
    sinks: [],
    ...managed.get(token.id),
    ...token,
  }));
}

/** `abc123def456 (ci-github)`: the token, and its name for people. */
export function nameOf({ id, label, rotation }: KnownToken): string {
  const name = rotation?.name ?? label;
  return name === '' ? id : `${id} (${name})`;
}

/** How to replace a token. */
export function replaceIt(token: KnownToken): string {
  const { id, rotation, isActing } = token;
  return replaceToken(id, rotation?.name, isActing, addressOf(token));
}

/** The token as the commands for tokens need it: with the rotation whose issuer it is of, if that matters. */
export function addressOf({ id, through }: Pick<KnownToken, 'id' | 'through'>): string {
  return through === undefined
    ? shellWord(id)
    : `${shellWord(id)} --rotation ${shellWord(through)}`;
}
