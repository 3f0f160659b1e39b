import {
  formatDuration,
  holders,
  KeyturnError,
  parseDuration,
  readState,
  reveal,
  type StateStore,
  type TokenDetails,
  type TokenInfo,
  type TokenIssuer,
} from '@keyturn/core';

import { exitCodes, type ExitCode } from '../exit.ts';
import type { Host } from '../host.ts';
import { schemaVersion } from '../output/json.ts';
import { readableTime, table } from '../output/style.ts';
import { openIssuer } from '../setup/issuer.ts';
import type { Session } from '../setup/session.ts';

export interface TokenFlags {
  readonly config?: string;
  readonly org?: string;
  readonly json?: boolean;
}

/** What the `token` commands share: an open issuer, and one way to print. */
interface TokenCall {
  readonly host: Host;
  readonly session: Session;
  readonly issuer: TokenIssuer;
  readonly print: (document: Readonly<Record<string, unknown>>, lines: readonly string[]) => void;
}

async function withIssuer(
  flags: TokenFlags,
  host: Host,
  work: (call: TokenCall) => Promise<ExitCode>,
): Promise<ExitCode> {
  const { session, issuer } = await openIssuer(flags, host);
  const print: TokenCall['print'] = (document, lines) =>
    host.stdout.write(
      flags.json === true
        ? `${JSON.stringify({ schemaVersion, ...document })}\n`
        : lines.map((line) => `${line}\n`).join(''),
    );
  try {
    return await work({ host, session, issuer, print });
  } finally {
    await session.close();
  }
}

/** `keyturn token list`: every token, over every page, oldest first. */
export function tokenList(flags: TokenFlags, host: Host): Promise<ExitCode> {
  return withIssuer(flags, host, async ({ issuer, print }) => {
    const tokens: TokenInfo[] = [];
    for await (const token of issuer.list(host)) tokens.push(token);
    tokens.sort((a, b) => (a.issuedAt < b.issuedAt ? -1 : 1));
    const rows = tokens.map((token) => [
      token.id,
      token.label,
      age(token.issuedAt, host),
      token.lastUsedAt === undefined ? 'never' : `${age(token.lastUsedAt, host)} ago`,
      token.expiresAt === undefined ? 'never' : readableTime(token.expiresAt),
    ]);
    print(
      { tokens: tokens.map(tokenDocument) },
      tokens.length === 0
        ? ['There are no tokens.']
        : table([['ID', 'NAME', 'AGE', 'LAST USED', 'EXPIRES'], ...rows]),
    );
    return exitCodes.done;
  });
}

/** `keyturn token show`: one token with what it may do. */
export function tokenShow(id: string, flags: TokenFlags, host: Host): Promise<ExitCode> {
  return withIssuer(flags, host, async ({ issuer, print }) => {
    const token = await getToken(issuer, id, host);
    print({ token: { ...tokenDocument(token), permissions: token.permissions } }, [
      ...table([
        ['id', token.id],
        ['name', token.label],
        ['age', age(token.issuedAt, host)],
        ['last used', token.lastUsedAt === undefined ? 'never' : readableTime(token.lastUsedAt)],
        ['expires', token.expiresAt === undefined ? 'never' : readableTime(token.expiresAt)],
      ]),
      ...permissionLines(token),
    ]);
    return exitCodes.done;
  });
}

/** `keyturn token create`: a token of one's own, whose secret is shown this once. */
export function tokenCreate(
  flags: TokenFlags & { readonly name: string; readonly ttl?: string },
  host: Host,
): Promise<ExitCode> {
  return withIssuer(flags, host, async ({ issuer, print }) => {
    const ttl = flags.ttl === undefined ? undefined : Math.round(parseDuration(flags.ttl) / 1000);
    const { token, fields } = await issuer.issue(
      { label: flags.name, ...(ttl !== undefined && { ttl }) },
      host,
    );
    const secret = reveal(fields['token'] ?? '');
    print({ token: { ...tokenDocument(token), token: secret } }, [
      ...table([
        ['id', token.id],
        ['name', token.label],
        ['token', secret],
      ]),
      'The token is shown this once. It may do nothing until it is granted: keyturn token grant ' +
        `${token.id} PERMISSION...`,
    ]);
    return exitCodes.done;
  });
}

/** `keyturn token access`: what a token may do. */
export function tokenAccess(id: string, flags: TokenFlags, host: Host): Promise<ExitCode> {
  return withIssuer(flags, host, async ({ issuer, print }) => {
    const token = await getToken(issuer, id, host);
    print({ id, permissions: token.permissions }, permissionLines(token));
    return exitCodes.done;
  });
}

/** `keyturn token grant` and `ungrant`: changes what a token may do, and shows what it may do then. */
export function tokenChange(
  change: 'grant' | 'ungrant',
  id: string,
  permissions: readonly string[],
  flags: TokenFlags & { readonly database?: string },
  host: Host,
): Promise<ExitCode> {
  return withIssuer(flags, host, async ({ issuer, print }) => {
    const named = permissions.map((permission) =>
      flags.database === undefined || permission.includes('/')
        ? permission
        : `${flags.database}/${permission}`,
    );
    await getToken(issuer, id, host);
    await issuer[change](id, [...new Set(named)].toSorted(), host);
    const token = await getToken(issuer, id, host);
    print({ id, permissions: token.permissions }, permissionLines(token));
    return exitCodes.done;
  });
}

/** `keyturn token delete`: refuses a token that a ledger says some sink may hold, and asks before the rest. */
export function tokenDelete(
  id: string,
  flags: TokenFlags & { readonly yes?: boolean; readonly force?: boolean },
  host: Host,
): Promise<ExitCode> {
  return withIssuer(flags, host, async ({ issuer, session, print }) => {
    const token = await getToken(issuer, id, host);
    const user = flags.force === true ? undefined : await userOf(id, await session.store());
    if (user !== undefined)
      throw new KeyturnError(
        'TOKEN_IN_USE',
        `token ${id} may be held by ${user.sinks.join(', ')} (rotation ${user.rotation})`,
        {
          hint: `Replace it with: keyturn rotate ${user.rotation}; or delete it all the same with --force.`,
          effect: 'none',
        },
      );
    if (flags.yes !== true && !(await confirmed(token, host)))
      throw new KeyturnError('USAGE_INVALID', `token ${id} was not deleted`, {
        hint: 'Say --yes to delete it without being asked.',
        effect: 'none',
      });
    await issuer.revoke(id, host);
    print({ id, deleted: true }, [`Deleted ${id} (${token.label}).`]);
    return exitCodes.done;
  });
}

async function confirmed(token: TokenDetails, host: Host): Promise<boolean> {
  const answer = await host.ask?.(
    `Delete ${token.id} (${token.label})? Whatever uses it stops working. [y/N] `,
  );
  return /^y(es)?$/i.test(answer?.trim() ?? '');
}

/** The rotation whose sinks may hold the token, by its ledger. */
async function userOf(
  id: string,
  store: StateStore,
): Promise<{ rotation: string; sinks: string[] } | undefined> {
  for (const rotation of await store.rotations()) {
    const state = await readState(store, rotation);
    const sinks = [...state.sinks.values()]
      .filter((sink) => holders(sink).has(id))
      .map((sink) => sink.id);
    if (sinks.length > 0) return { rotation, sinks };
  }
  return undefined;
}

async function getToken(issuer: TokenIssuer, id: string, host: Host): Promise<TokenDetails> {
  const token = await issuer.get(id, host);
  if (token !== undefined) return token;
  throw new KeyturnError('TOKEN_NOT_FOUND', `${issuer.id} has no token ${id}`, {
    hint: 'List the tokens with: keyturn token list',
    effect: 'none',
  });
}

function permissionLines({ permissions }: TokenDetails): string[] {
  return permissions.length === 0
    ? ['It may do nothing. Grant it something with: keyturn token grant ID PERMISSION...']
    : permissions.map((permission) => `  ${permission}`);
}

function tokenDocument(token: TokenInfo): Readonly<Record<string, unknown>> {
  const { id, label, issuedAt, expiresAt, lastUsedAt } = token;
  return {
    id,
    name: label,
    createdAt: issuedAt,
    expiresAt: expiresAt ?? null,
    lastUsedAt: lastUsedAt ?? null,
  };
}

function age(iso: string, host: Host): string {
  return formatDuration(host.clock.now() - Date.parse(iso)).split(' ')[0] ?? '';
}
