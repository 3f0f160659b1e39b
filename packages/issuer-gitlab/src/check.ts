import {
  printable,
  type CallOptions,
  type Capability,
  type CredentialReport,
  type IssuerCheckOptions,
  type IssuerReport,
  type KeyturnError,
} from '@keyturn/core';
import type { JsonObject } from '@keyturn/http';

import type { Api } from './api.ts';
import { lossesOf } from './losses.ts';
import * as messages from './messages.ts';
import type { Owner } from './owner.ts';
import { describeSelf, readSelfUser, type User } from './self.ts';
import { describe } from './token.ts';
import { list } from './tokens.ts';

/**
 * Reports what the acting token may do: its scopes and its user, and whether it may see the tokens of the place, which needs the same role
 * as creating them. Also warns of what the user of a successor lacks.
 *
 * @throws {KeyturnError} `AUTH_DENIED`, `PERMISSION_DENIED`, `TARGET_NOT_FOUND`
 */
export async function check(
  owner: Owner,
  { like, ...call }: IssuerCheckOptions,
): Promise<IssuerReport> {
  const { api } = owner;
  const self = await describeSelf(api, api.token, call);
  if (self === 'refused') throw messages.tokenRefused(api.id);
  const scopes = self && scopesIn(self);
  const acting = self && describe(self)?.info.id;
  const user = await readUser(api, scopes, call);
  const problems = [...problemsOf(api, scopes, user)];
  // Without its scope, only that would be refused.
  if (problems.length === 0) for await (const _ of list(owner, call)) break;
  const can: Capability =
    problems.length > 0 ? 'no' : scopes === undefined || user === undefined ? 'unknown' : 'yes';
  return {
    account: api.id.slice(api.id.indexOf(':') + 1),
    ...(acting !== undefined && { actingToken: acting }),
    needed: ['scope=api'],
    can: { list: problems.length > 0 ? 'unknown' : 'yes', create: can, grant: can, revoke: can },
    problems,
    warnings:
      like === undefined || problems.length > 0 ? [] : await lossesOf(owner, like, user, call),
  };
}

function* problemsOf(
  { id, place }: Api,
  scopes: readonly string[] | undefined,
  user: User | undefined,
): Iterable<KeyturnError> {
  if (scopes?.includes('api') === false) yield messages.apiScopeMissing(id);
  // docs: «Project access tokens API», create: "You must use a personal access token".
  if (user?.isTokenBot === true) yield messages.botCannotCreate(id);
  else if (place.kind === 'user' && user?.isAdmin === false) yield messages.adminNeeded(id);
}

/** Only some scopes may read it; without one of them, another problem is reported. */
async function readUser(
  api: Api,
  scopes: readonly string[] | undefined,
  call: CallOptions,
): Promise<User | undefined> {
  const may = ['api', 'read_api', 'read_user'];
  return scopes?.some((scope) => may.includes(scope)) === false
    ? undefined
    : readSelfUser(api, call);
}

/**
 * Reports whose token it is. GitLab describes access tokens of any kind, but not OAuth tokens.
 *
 * @throws {KeyturnError} `AUTH_DENIED`, and whatever a request can throw
 */
export async function credentials(api: Api, call: CallOptions): Promise<CredentialReport> {
  const source = 'GITLAB_TOKEN';
  const { token } = api;
  const other = messages.otherTokens.find(([prefix]) => token.reveal().startsWith(prefix));
  if (other !== undefined) throw messages.tokenUnsuitable(other[1]);
  const self = await describeSelf(api, token, call);
  if (self === 'refused') throw messages.tokenRefused(source);
  if (self === undefined) return { source, form: messages.unknownTokenForm, warnings: [] };
  const user = await readUser(api, scopesIn(self), call);
  const [scopes, shown] = [scopesIn(self), describe(self)];
  return {
    source,
    form: user?.isTokenBot === true ? messages.botTokenForm : messages.accessTokenForm,
    ...(user !== undefined && { owner: printable(user.name, 80) }),
    ...(scopes !== undefined && { scopes: scopes.map((scope) => printable(scope, 40)) }),
    ...(shown?.info.expiresAt !== undefined && { expiresAt: shown.info.expiresAt }),
    warnings: user?.isTokenBot === true ? [messages.botWarning] : [],
  };
}

function scopesIn({ scopes }: JsonObject): readonly string[] | undefined {
  const areTold = Array.isArray(scopes) && scopes.every((scope) => typeof scope === 'string');
  return areTold ? scopes : undefined;
}
