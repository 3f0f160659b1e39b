import type { CallOptions, Secret } from '@keyturn/core';
import { isObject, readJson, type JsonObject } from '@keyturn/http';

import type { Api } from './api.ts';
import * as messages from './messages.ts';
import { errorFrom } from './refusal.ts';
import { idIn } from './token.ts';

/**
 * GitLab's description of a token, asked for with the token itself: any token may read it, whatever its scopes. `refused` if the token is
 * not valid, undefined if GitLab does not describe it, such as an OAuth token. docs: «Personal access tokens API», self.
 */
export async function describeSelf(
  api: Api,
  token: Secret,
  call: CallOptions,
): Promise<JsonObject | 'refused' | undefined> {
  const what = messages.ownToken(api.id);
  const response = await api.request('GET', '/personal_access_tokens/self', { ...call, token });
  const { status } = response;
  if (status === 200) return readJson(response, { what, address: messages.CHECK_HOST });
  if (status === 401) return 'refused';
  if (status === 400 || (status === 404 && (await isApi(response.clone())))) return undefined;
  throw await errorFrom(response, token, { what });
}

/** A user, as far as it matters here. */
export interface User {
  readonly id: number;
  readonly name: string;
  readonly isAdmin: boolean;
  /** The bot of a project's or group's access token; docs: «Project access tokens», bot users. */
  readonly isTokenBot: boolean;
}

/** The user that requests come from. */
export async function readSelfUser(api: Api, call: CallOptions): Promise<User> {
  const what = messages.ownUser(api.id);
  const response = await api.request('GET', '/user', call);
  if (response.status !== 200) throw await errorFrom(response, api.token, { what });
  const user = userIn(await readJson(response, { what, address: messages.CHECK_HOST }));
  if (user === undefined) throw messages.userMalformed(what);
  return user;
}

/** The ID of the user whose tokens these are. */
export async function readOwner(
  api: Api,
  name: string | undefined,
  call: CallOptions,
): Promise<number> {
  if (name === undefined) return (await readSelfUser(api, call)).id;
  const what = messages.oneUser(api.id, name);
  const query = new URLSearchParams({ username: name });
  const response = await api.request('GET', `/users?${query.toString()}`, call);
  if (response.status !== 200) throw await errorFrom(response, api.token, { what });
  const users = await readJson(response, { what, address: messages.CHECK_HOST, type: 'array' });
  const found = users
    .map((item) => (isObject(item) ? userIn(item) : undefined))
    .find((user) => user?.name.toLowerCase() === name.toLowerCase());
  if (found === undefined) throw messages.userNotFound(what);
  return found.id;
}

function userIn(item: JsonObject): User | undefined {
  const { id, username } = item;
  if (idIn(id) === undefined || typeof username !== 'string') return undefined;
  return {
    id: id as number,
    name: username,
    isAdmin: item['is_admin'] === true,
    isTokenBot: /^(?:project|group)_\d+_bot/.test(username),
  };
}

/** A proxy or another server answers in another form. */
async function isApi(response: Response): Promise<boolean> {
  const text = await response.text();
  return text.length < 10_000 && text.trimStart().startsWith('{');
}
