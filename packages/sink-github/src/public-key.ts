import { serverTime, type CallOptions } from '@keyturn/core';

import { routeOf, type Answer, type Client } from './client.ts';
import { classicScopeMissing, responseInvalid } from './messages.ts';

/** The public key that seals the values of a scope. */
export interface PublicKey {
  readonly id: string;
  /** 32 bytes in base64. */
  readonly key: string;
  /** The scopes of a classic token; undefined for other tokens, because GitHub does not show theirs. */
  readonly classicScopes: ReadonlySet<string> | undefined;
  /** GitHub's clock when it was read, in milliseconds since the epoch. */
  readonly shownAt: number | undefined;
}

/** Reads the key of one scope. It is never shared with another scope: see {@link Scope}. */
export interface KeyReader {
  /** The key that was read last; reads it if there is none. */
  known(options: CallOptions): Promise<PublicKey>;
  /** Reads the key again: this proves that the scope exists and that the token can see its secrets. */
  read(options: CallOptions): Promise<PublicKey>;
}

/** @throws {KeyturnError} from every call: `AUTH_DENIED`, `PERMISSION_DENIED`, `TARGET_NOT_FOUND`, `ANSWER_INVALID`, … */
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
  // For a classic token without the scope, GitHub responds with 404, as if nothing existed.
  const classicScopes = classicScopesOf(answer);
  if (classicScopes?.has(scope.classicScope) === false)
    throw classicScopeMissing(target, classicScopes);
  if (answer.status !== 200) throw await answer.error();
  const { key, key_id: keyId } = (answer.data ?? {}) as { key?: unknown; key_id?: unknown };
  if (typeof key === 'string' && typeof keyId === 'string' && isKey(key))
    return { id: keyId, key, classicScopes, shownAt: serverTime(answer.headers) };
  throw responseInvalid(id, routeOf(target, route));
}

/** docs: «Scopes for OAuth apps», the header X-OAuth-Scopes. Responses to fine-grained tokens and App tokens do not have it. */
export function classicScopesOf({ headers }: Answer): ReadonlySet<string> | undefined {
  const scopes = headers.get('x-oauth-scopes');
  return scopes === null ? undefined : new Set(scopes.split(',').map((scope) => scope.trim()));
}

function isKey(text: string): boolean {
  return /^[A-Za-z0-9+/]{43}=$/.test(text);
}
