import { KeyturnError, type CallOptions } from '@keyturn/core';

import type { Answer, Client } from './client.ts';
import { dateOf } from './time.ts';

/** The key that a scope's values are sealed for. */
export interface PublicKey {
  readonly id: string;
  /** 32 bytes in base64. */
  readonly key: string;
  /** What a classic token may do; undefined for other tokens, of which GitHub does not tell it. */
  readonly classicScopes: ReadonlySet<string> | undefined;
  /** GitHub's clock when it was read, in milliseconds since the epoch. */
  readonly shownAt: number | undefined;
}

/** The key of one scope, read once. It is never shared with another scope: see {@link Scope}. */
export interface KeyReader {
  /** The key as last read, or read now. */
  known(options: CallOptions): Promise<PublicKey>;
  /** Reads the key anew: proof that the scope is there and that the token may see its secrets. */
  read(options: CallOptions): Promise<PublicKey>;
}

/** @throws {KeyturnError} for every call: `AUTH_DENIED`, `PERMISSION_DENIED`, `TARGET_NOT_FOUND`, `ANSWER_INVALID`, … */
export function createKeyReader(client: Client): KeyReader {
  let last: PublicKey | undefined;
  const read = async (options: CallOptions): Promise<PublicKey> => {
    last = await readKey(client, options);
    return last;
  };
  return { read, known: async (options) => last ?? read(options) };
}

async function readKey({ target, request }: Client, options: CallOptions): Promise<PublicKey> {
  const { id, scope } = target;
  const route = `GET ${scope.path}/public-key`;
  const answer = await request(route, {}, options);
  // A classic token without the scope is answered 404, as if there were nothing.
  const classicScopes = classicScopesOf(answer);
  if (classicScopes?.has(scope.classicScope) === false)
    throw new KeyturnError('PERMISSION_DENIED', `${id}: the token may not write secrets there`, {
      hint: `Give the classic token the scope "${scope.classicScope}".`,
      effect: 'none',
    });
  if (answer.status !== 200) throw await answer.error();
  const { key, key_id: keyId } = (answer.data ?? {}) as { key?: unknown; key_id?: unknown };
  if (typeof key === 'string' && typeof keyId === 'string' && isKey(key))
    return { id: keyId, key, classicScopes, shownAt: dateOf(answer) };
  throw new KeyturnError('ANSWER_INVALID', `${id}: ${route} answered with something else`, {
    hint: 'Check that GITHUB_API_URL is the address of a GitHub API.',
    effect: 'none',
  });
}

/** docs: «Scopes for OAuth apps», the header X-OAuth-Scopes; fine-grained and app tokens are answered without it. */
export function classicScopesOf({ headers }: Answer): ReadonlySet<string> | undefined {
  const scopes = headers.get('x-oauth-scopes');
  return scopes === null ? undefined : new Set(scopes.split(',').map((scope) => scope.trim()));
}

function isKey(text: string): boolean {
  return /^[A-Za-z0-9+/]{43}=$/.test(text);
}
