import { printable, type Permissions, type TokenInfo } from '@keyturn/core';

import type { Output } from '../../host.ts';
import { noPermissions } from '../../messages.ts';
import { roomOf } from '../../output/style.ts';
import { readableTime, roughly } from '@keyturn/host/text';
import { wrap } from '../../output/wrap.ts';

/** A token in a document; what is unknown is null. */
export function tokenDocument(token: TokenInfo): Readonly<Record<string, unknown>> {
  const { id, label, issuedAt, expiresAt, lastUsedAt } = token;
  return {
    id,
    name: label,
    createdAt: issuedAt,
    expiresAt: expiresAt ?? null,
    lastUsedAt: lastUsedAt ?? null,
  };
}

/** `k3v9x0q2abcd (ci-web)`; a name can be any text. */
export function nameOf({ id, label }: Pick<TokenInfo, 'id' | 'label'>): string {
  return label === '' ? id : `${id} (${printable(label, 80)})`;
}

/** How long ago something was, in the largest unit: `89d`. */
export function age(iso: string, now: number): string {
  return roughly(now - Date.parse(iso));
}

export function lastUsed({ lastUsedAt }: TokenInfo, now: number): string {
  return lastUsedAt === undefined ? 'never' : `${age(lastUsedAt, now)} ago`;
}

/** `never`, `in 30d` or `2d ago`. */
export function expiry({ expiresAt }: Pick<TokenInfo, 'expiresAt'>, now: number): string {
  if (expiresAt === undefined) return 'never';
  const left = Date.parse(expiresAt) - now;
  return left > 0 ? `in ${roughly(left)}` : `${roughly(-left)} ago`;
}

/** The same with the time itself. */
export function expiryInFull(token: Pick<TokenInfo, 'expiresAt'>, now: number): string {
  const { expiresAt } = token;
  return expiresAt === undefined ? 'never' : `${readableTime(expiresAt)} (${expiry(token, now)})`;
}

/** What to do after a token was created. */
export function grantLines(id: string): string[] {
  return [noPermissions(), `  keyturn token grant ${id} PERMISSION...`];
}

/** Permissions, as many on each line as fit. */
export function permissionLines(
  permissions: Permissions,
  output: Output,
  indent: string,
): string[] {
  const room = Math.min(roomOf(output), 100) - indent.length;
  const words = permissions.map((permission) => printable(permission));
  return wrap(words.join(' '), room).map((line) => `${indent}${line}`);
}
