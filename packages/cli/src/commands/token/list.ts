import {
  mapLimited,
  printable,
  type Permissions,
  type TokenInfo,
  type TokenIssuer,
} from '@keyturn/core';

import { exitCodes, type ExitCode } from '../../exit.ts';
import type { Host } from '../../host.ts';
import { noTokens } from '../../messages.ts';
import { roomOf, table } from '../../output/style.ts';
import { withIssuer, type TokenCall, type TokenFlags } from './call.ts';
import { age, expiry, lastUsed, permissionLines, stateLines, tokenDocument } from './describe.ts';
import { sortTokens, type SortKey } from './sort.ts';

export interface TokenListFlags extends TokenFlags {
  readonly sort?: SortKey;
  readonly permissions?: boolean;
}

/** How many requests for permissions run at once. */
const CONCURRENCY = 8;

/** `keyturn token list`: lists all tokens, from every page. */
export function tokenList(flags: TokenListFlags, host: Host): Promise<ExitCode> {
  return withIssuer(flags, host, async (call) => {
    const found: TokenInfo[] = [];
    for await (const token of call.issuer.list(host)) found.push(token);
    const tokens = sortTokens(found, flags.sort ?? 'age');
    const permissions = flags.permissions === true ? await permissionsOf(tokens, call) : undefined;
    call.print(
      {
        tokens: tokens.map((token) => ({
          ...tokenDocument(token),
          ...(permissions !== undefined && { permissions: permissions.get(token.id) ?? null }),
        })),
      },
      tokens.length === 0 ? [noTokens()] : linesOf(tokens, permissions, call),
    );
    return exitCodes.done;
  });
}

/** The permissions of each token, with one request for each. A token that was deleted meanwhile has no entry. */
async function permissionsOf(
  tokens: readonly TokenInfo[],
  { issuer, host }: TokenCall,
): Promise<ReadonlyMap<string, Permissions>> {
  const permissions = new Map<string, Permissions>();
  // Of a token that cannot be rotated, the issuer may not even tell them.
  const asked = tokens.filter(({ fixed }) => fixed === undefined);
  for await (const details of mapLimited(asked, CONCURRENCY, ({ id }) => issuer.get(id, host)))
    if (details !== undefined) permissions.set(details.id, details.permissions);
  return permissions;
}

function linesOf(
  tokens: readonly TokenInfo[],
  permissions: ReadonlyMap<string, Permissions> | undefined,
  { issuer: { supports }, host: { clock, stdout } }: TokenCall,
): string[] {
  const now = clock.now();
  const rows = tokens.map((token) => [
    token.id,
    printable(token.label),
    age(token.issuedAt, now),
    lastUsed(token, now, supports),
    expiry(token, now),
  ]);
  const [heading = '', ...lines] = table(
    [['ID', 'NAME', 'AGE', 'LAST USED', 'EXPIRES'], ...rows],
    roomOf(stdout),
  );
  return [
    heading,
    ...tokens.flatMap((token, i) => [
      lines[i] ?? token.id,
      ...stateLines(token).map((line) => `    ${line}`),
      ...(permissions === undefined || token.fixed !== undefined
        ? []
        : allowed(permissions.get(token.id), supports, stdout)),
    ]),
  ];
}

function allowed(
  permissions: Permissions | undefined,
  supports: TokenIssuer['supports'],
  stdout: Host['stdout'],
): string[] {
  if (permissions === undefined) return ['    deleted while its permissions were read'];
  if (supports.permissions === 'none') return ['    the permissions of its user or app'];
  return permissions.length === 0
    ? ['    no permissions']
    : permissionLines(permissions, stdout, '    ');
}
