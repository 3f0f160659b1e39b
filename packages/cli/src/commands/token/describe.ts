import {
  printable,
  type Permissions,
  type TokenInfo,
  type TokenIssuer,
  shellWord,
} from '@keyturn/core';

import type { Output } from '../../host.ts';
import {
  noPermissions,
  nonePermitted,
  permissionsOfUser,
  tokenDisabled,
  tokenFixed,
} from '../../messages.ts';
import { roomOf } from '../../output/style.ts';
import { readableTime, roughly } from '@keyturn/host/text';
import { wrap } from '../../output/wrap.ts';

/** A token in a document; what is unknown is null. */
export function tokenDocument(token: TokenInfo): Readonly<Record<string, unknown>> {
  const { id, label, issuedAt, expiresAt, lastUsedAt, disabled = false, fixed } = token;
  return {
    id,
    name: label,
    createdAt: issuedAt,
    expiresAt: expiresAt ?? null,
    lastUsedAt: lastUsedAt ?? null,
    disabled,
    fixed: fixed ?? null,
  };
}

/** `k3v9x0q2abcd (ci-web)`; a name can be any text. */
export function nameOf({ id, label }: Pick<TokenInfo, 'id' | 'label'>): string {
  return label === '' ? id : `${id} (${printable(label, 80)})`;
}

/** Not every issuer keeps the name that a new token was given. */
export function nameRow(
  { label }: Pick<TokenInfo, 'label'>,
  { supports }: Pick<TokenIssuer, 'supports'>,
): readonly string[][] {
  return supports.find === 'label' ? [['name', printable(label)]] : [];
}

/** How long ago something was, in the largest unit: `89d`. */
export function age(iso: string, now: number): string {
  return roughly(now - Date.parse(iso));
}

/** What is special about a token. */
export function stateLines({ disabled, fixed }: TokenInfo): string[] {
  return [
    ...(disabled === true ? [tokenDisabled] : []),
    ...(fixed === undefined ? [] : [tokenFixed(printable(fixed, 200))]),
  ];
}

/** @param supports of the issuer: not every one shows it */
export function lastUsed(
  { lastUsedAt }: TokenInfo,
  now: number,
  supports: Pick<TokenIssuer['supports'], 'lastUsed'>,
): string {
  if (lastUsedAt === undefined) return supports.lastUsed ? 'never' : 'unknown';
  return `${age(lastUsedAt, now)} ago`;
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

/** The issuer, and what other commands need to reach it. */
interface Through {
  readonly issuer: Pick<TokenIssuer, 'supports'>;
  readonly through: string;
}

/** One permission on each line, or why there is none, and how to grant some if that is possible. */
export function accessLines(
  id: string,
  permissions: Permissions,
  { issuer: { supports }, through }: Through,
  database?: string,
): string[] {
  if (permissions.length > 0) return permissions.map((permission) => `  ${printable(permission)}`);
  if (supports.permissions === 'none') return [permissionsOfUser()];
  const name = database === undefined ? undefined : printable(database, 80);
  if (supports.permissions === 'issue') return [nonePermitted(name)];
  const option = name === undefined ? '' : ` --database ${shellWord(name)}`;
  return [
    noPermissions(name),
    `  keyturn token grant ${shellWord(id)} PERMISSION...${option}${through}`,
  ];
}

/** What to do after a token was created, if it does not have its permissions already. */
export function grantLines(id: string, call: Through): string[] {
  return call.issuer.supports.permissions === 'grant' ? accessLines(id, [], call) : [];
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
