import {
  Secret,
  afterChange,
  type CallOptions,
  type Credential,
  type FindOptions,
  type IssueRequest,
  type Revocation,
  type TokenDetails,
  type TokenInfo,
  type TokenRef,
} from '@keyturn/core';

import type { Api } from './api.ts';
import { isKeyId } from './credentials.ts';
import { requireAccount } from './identity.ts';
import * as messages from './messages.ts';
import { child, textOf, type Element } from './xml.ts';

const MOST_PAGES = 20;

/** Every access key of the user, with its last use. */
export async function* list(api: Api, call: CallOptions): AsyncGenerator<TokenInfo> {
  for (const key of await listAll(api, call)) yield withUse(api, key, call);
}

/** Every access key of the user, from all pages. A user that does not exist is an error, so what is not listed does not exist. */
async function listAll(api: Api, call: CallOptions): Promise<readonly TokenInfo[]> {
  const action = 'ListAccessKeys';
  const what = messages.keyList(api.id);
  const keys = new Map<string, TokenInfo>();
  let marker: string | undefined;
  for (let page = 1; page <= MOST_PAGES; page++) {
    const parameters = { UserName: api.user, ...(marker !== undefined && { Marker: marker }) };
    const answer = await api.send({ action, parameters }, call);
    if (!answer.ok) throw messages.refused(what, answer.failure, api);
    const { result } = answer;
    const members = child(result, 'AccessKeyMetadata');
    const next = textOf(result, 'Marker') ?? '';
    // Some servers leave it out on the last page.
    const isTruncated = textOf(result, 'IsTruncated') ?? (next === '' ? 'false' : undefined);
    if (members === undefined || (isTruncated !== 'true' && isTruncated !== 'false'))
      throw messages.answerMalformed(what, 'none');
    for (const member of members.children) {
      const key = keyIn(member, api.user);
      if (key === undefined) throw messages.answerMalformed(what, 'none');
      keys.set(key.id, key);
    }
    if (isTruncated === 'false') return [...keys.values()];
    if (next === '' || next === marker) break;
    marker = next;
  }
  throw messages.listEndless(what);
}

/** One key; undefined only if the complete list proves that the user does not have it. */
export async function get(
  api: Api,
  id: string,
  call: CallOptions,
): Promise<TokenDetails | undefined> {
  const key = await look(api, id, call);
  return key === undefined ? undefined : { ...(await withUse(api, key, call)), permissions: [] };
}

async function look(api: Api, id: string, call: CallOptions): Promise<TokenInfo | undefined> {
  checkId(id);
  const keys = await listAll(api, call);
  const key = keys.find((one) => one.id === id);
  if (key === undefined) await requireAccount(api, call);
  return key;
}

/** The keys that are new since `known` was noted: access keys have no labels. */
export async function find(
  api: Api,
  { known = [], ...call }: FindOptions,
): Promise<readonly TokenRef[]> {
  const keys = await listAll(api, call);
  const found = keys.filter(({ id }) => !known.includes(id));
  if (found.length === 0) await requireAccount(api, call);
  return found.map(({ id, label, issuedAt }) => ({ id, label, issuedAt }));
}

/** Creates an access key. Its secret is shown only here. It has the permissions of its user, and does not expire. */
export async function issue(
  api: Api,
  { label, ttl, permissions = [] }: IssueRequest,
  call: CallOptions,
): Promise<Credential> {
  if (ttl !== undefined) throw messages.ttlUnsupported();
  if (permissions.length > 0) throw messages.permissionsUnsupported();
  const action = 'CreateAccessKey';
  const what = messages.newKey(api.id);
  const parameters = { UserName: api.user };
  const answer = await api.send({ action, parameters, writes: 'once' }, call);
  if (!answer.ok) throw messages.refused(what, answer.failure, api, action);
  const element = child(answer.result, 'AccessKey');
  const key = element && keyIn(element, api.user, new Date(api.clock.now()).toISOString());
  const secret = textOf(element, 'SecretAccessKey') ?? '';
  if (key === undefined || !/^[A-Za-z0-9/+=]{16,256}$/.test(secret))
    throw messages.secretMissing(what);
  const { id, issuedAt } = key;
  return {
    token: { id, label, issuedAt },
    fields: { accessKeyId: id, secretAccessKey: new Secret(secret) },
  };
}

/** Lets a key work, or not. */
export async function setStatus(
  api: Api,
  id: string,
  status: 'Active' | 'Inactive',
  call: CallOptions,
): Promise<void> {
  checkId(id);
  const action = 'UpdateAccessKey';
  const parameters = { UserName: api.user, AccessKeyId: id, Status: status };
  const answer = await api.send({ action, parameters, writes: 'repeatable' }, call);
  if (answer.ok) return;
  const { failure } = answer;
  if (failure.code === 'NoSuchEntity' && (await afterChange(look(api, id, call))) === undefined)
    throw messages.keyNotFound(api.id, id);
  throw messages.refused(messages.change(api.id, id, status), failure, api, action);
}

/** Deletes a key. «No such entity» can also mean the user, so the list decides. */
export async function revoke(api: Api, id: string, call: CallOptions): Promise<Revocation> {
  checkId(id);
  const action = 'DeleteAccessKey';
  const parameters = { UserName: api.user, AccessKeyId: id };
  const answer = await api.send({ action, parameters, writes: 'repeatable' }, call);
  if (answer.ok) return 'revoked';
  if (answer.failure.code === 'NoSuchEntity')
    if ((await afterChange(look(api, id, call))) === undefined) return 'gone';
  throw messages.refused(messages.revocation(api.id, id), answer.failure, api, action);
}

/** With when it was last used. Without the permission to ask that, a key in use would seem never to have been. */
async function withUse(api: Api, key: TokenInfo, call: CallOptions): Promise<TokenInfo> {
  const action = 'GetAccessKeyLastUsed';
  const what = messages.lastUse(api.id, key.id);
  const answer = await api.send({ action, parameters: { AccessKeyId: key.id } }, call);
  if (!answer.ok) throw messages.refused(what, answer.failure, api, action);
  const use = child(answer.result, 'AccessKeyLastUsed');
  if (use === undefined) throw messages.answerMalformed(what, 'none');
  const text = textOf(use, 'LastUsedDate');
  const lastUsedAt = time(text);
  if (text !== undefined && text !== '' && text !== 'N/A' && lastUsedAt === undefined)
    throw messages.answerMalformed(what, 'none');
  return { ...key, ...(lastUsedAt !== undefined && { lastUsedAt }) };
}

/** @param fallback when it was created, if the answer does not say it */
function keyIn(element: Element, user: string, fallback?: string): TokenInfo | undefined {
  const id = textOf(element, 'AccessKeyId') ?? '';
  const issuedAt = time(textOf(element, 'CreateDate')) ?? fallback;
  const status = textOf(element, 'Status');
  if (!isKeyId(id) || issuedAt === undefined) return undefined;
  if (status !== 'Active' && status !== 'Inactive') return undefined;
  if ((textOf(element, 'UserName') ?? user) !== user) return undefined;
  return { id, label: id, issuedAt, ...(status === 'Inactive' && { disabled: true }) };
}

function time(text: string | undefined): string | undefined {
  const at = /^\d{4}-\d\d-\d\dT/.test(text ?? '') ? Date.parse(text ?? '') : Number.NaN;
  return Number.isNaN(at) ? undefined : new Date(at).toISOString();
}

/** @throws {KeyturnError} `USAGE_INVALID` */
function checkId(id: string): void {
  if (!isKeyId(id)) throw messages.idInvalid();
}
