import {
  serverTime,
  type CallOptions,
  type Credential,
  type IssueRequest,
  type KeyturnError,
} from '@keyturn/core';
import { readJson, type JsonObject } from '@keyturn/http';

import type { Api } from './api.ts';
import * as messages from './messages.ts';
import { tokenInfo } from './token.ts';

/** What creating one kind of credential needs. */
export interface Creation {
  readonly path: string;
  /** The start of a message. */
  readonly what: string;
  /** What it may do, in the body of the request. */
  readonly limits?: () => JsonObject | Promise<JsonObject>;
  readonly refusal: (response: Response) => Promise<KeyturnError>;
  /** Reads its fields beside the id; undefined if the response lacks one. */
  readonly fieldsOf: (answer: JsonObject, id: string) => Credential['fields'] | undefined;
}

/** Creates a credential. Its secret is shown only here. */
export async function create(
  api: Api,
  { path, what, limits, refusal, fieldsOf }: Creation,
  { label, ttl }: IssueRequest,
  call: CallOptions,
): Promise<Credential> {
  const seconds = secondsOf(ttl);
  const body = {
    name: label,
    ...(await limits?.()),
    ...(seconds !== undefined && { ttl: seconds }),
  };
  const response = await api.request('POST', path, { ...call, body, repeatable: false });
  if (!response.ok) throw await refusal(response);
  const answer = await readJson(response, { what });
  // The server's clock, for a response without a creation time.
  const issuedAt = new Date(serverTime(response.headers) ?? api.clock.now()).toISOString();
  const token = tokenInfo(answer, { label, issuedAt });
  const fields = token === undefined ? undefined : fieldsOf(answer, token.id);
  if (token === undefined || fields === undefined) throw messages.secretMissing(what);
  const { lastUsedAt: _, ...reference } = token;
  return { token: reference, fields: { id: token.id, ...fields } };
}

/**
 * The lifetime of a new credential in seconds.
 *
 * @throws {KeyturnError} `CONFIG_INVALID`
 */
function secondsOf(ttl: number | undefined): number | undefined {
  const seconds = ttl === undefined ? undefined : ttl / 1000;
  if (seconds !== undefined && !(Number.isSafeInteger(seconds) && seconds > 0))
    throw messages.ttlInvalid(seconds);
  return seconds;
}
