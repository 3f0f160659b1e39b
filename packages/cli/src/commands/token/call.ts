import { type TokenDetails, type TokenIssuer, shellWord } from '@keyturn/core';
import type { StateStore } from '@keyturn/core/ledger';

import type { ExitCode } from '../../exit.ts';
import type { Host } from '../../host.ts';
import { tokenNotFound } from '../../messages.ts';
import { documentText } from '../../output/json.ts';
import { openIssuer, type Session } from '@keyturn/host/session';

export interface TokenFlags {
  readonly config?: string;
  readonly org?: string;
  readonly rotation?: string;
  readonly allow?: readonly string[];
  readonly json?: boolean;
}

/** What the `token` commands share: an open issuer, and one way to print. */
export interface TokenCall {
  readonly host: Host;
  readonly session: Session;
  readonly issuer: TokenIssuer;
  readonly store: () => Promise<StateStore>;
  /** What other commands need to reach the same issuer: ` --rotation shop-db`. */
  readonly through: string;
  /** `--json`: a failure has to be in the document, too. */
  readonly json: boolean;
  /** Prints the document with `--json`, otherwise the lines. A new secret is blanked unless `meant` says so. */
  readonly print: (
    document: Readonly<Record<string, unknown>>,
    lines: readonly string[],
    meant?: 'secret',
  ) => void;
}

export async function withIssuer(
  flags: TokenFlags & { readonly sink?: string },
  host: Host,
  work: (call: TokenCall) => Promise<ExitCode>,
): Promise<ExitCode> {
  const { session, issuer } = await openIssuer(flags, host);
  const print: TokenCall['print'] = (document, lines, meant) =>
    host.stdout.write(
      flags.json === true ? documentText(document) : lines.map((line) => `${line}\n`).join(''),
      meant,
    );
  try {
    const json = flags.json === true;
    const through = throughOf(flags);
    return await work({
      host,
      session,
      issuer,
      through,
      store: () => session.store(),
      json,
      print,
    });
  } finally {
    await session.close();
  }
}

function throughOf({ rotation, org }: TokenFlags): string {
  return [
    ...(rotation === undefined ? [] : [` --rotation ${shellWord(rotation)}`]),
    ...(org === undefined ? [] : [` --org ${shellWord(org)}`]),
  ].join('');
}

/** @throws {KeyturnError} `TOKEN_NOT_FOUND`, and what the issuer throws */
export async function getToken(
  { issuer, host }: Pick<TokenCall, 'issuer' | 'host'>,
  id: string,
): Promise<TokenDetails> {
  const token = await issuer.get(id, host);
  if (token !== undefined) return token;
  throw tokenNotFound(issuer.id, id);
}
