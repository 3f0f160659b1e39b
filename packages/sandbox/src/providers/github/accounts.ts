import { json } from '../../http/answer.ts';
import { param } from '../../http/call.ts';
import type { Handler, Route } from '../../http/route.ts';
import { list, notFound } from './answers.ts';
import { enterOrganization, enterUser, guarded, identify, type Need } from './auth.ts';
import { getRateLimit } from './rate-limit.ts';
import { accountObject } from './repository-object.ts';
import type { GitHubState } from './state.ts';

const metadata: Need = { scopes: [], permission: 'metadata', level: 'read' };

/** What `gh auth status` asks for the token's scopes, which are in the headers. */
const getRoot: Handler<GitHubState> = (call, state) => {
  identify(call, state);
  return json(200, { current_user_url: `${call.origin}/user` });
};

const getUser: Handler<GitHubState> = (call, state) =>
  json(200, accountObject(enterUser(call, state, metadata)));

const getAccount: Handler<GitHubState> = (call, state) => {
  const account = state.accounts.get(param(call, 'login').toLowerCase());
  return account === undefined ? notFound() : json(200, accountObject(account));
};

const getOrganization: Handler<GitHubState> = (call, state) =>
  json(200, accountObject(enterOrganization(call, state, metadata)));

/** The organizations of the token's owner: everybody here is in all of them. */
const listOrganizations: Handler<GitHubState> = (call, state) => {
  enterUser(call, state, metadata);
  const organizations = [...state.accounts.values()].filter(({ type }) => type === 'Organization');
  return list(call, organizations, (page) => page.map(accountObject));
};

export const accountRoutes: readonly Route<GitHubState>[] = [
  { method: 'GET', path: '/', handler: getRoot },
  { method: 'GET', path: '/rate_limit', handler: getRateLimit },
  { method: 'GET', path: '/user', handler: guarded(metadata, getUser) },
  { method: 'GET', path: '/user/orgs', handler: guarded(metadata, listOrganizations) },
  { method: 'GET', path: '/users/:login', handler: guarded(metadata, getAccount) },
  { method: 'GET', path: '/orgs/:org', handler: guarded(metadata, getOrganization) },
];
