import { json } from '../../http/answer.ts';
import type { Handler, Route } from '../../http/route.ts';
import { authenticate } from './auth.ts';
import type { GitLabState } from './state.ts';
import { userObject } from './token-object.ts';

const USER_SCOPES = ['api', 'read_api', 'read_user'];

const getUser: Handler<GitLabState> = (call, state) => {
  return json(200, userObject(authenticate(call, state, USER_SCOPES)));
};

const getVersion: Handler<GitLabState> = (call, state) => {
  authenticate(call, state);
  return json(200, { version: '19.5.0', revision: 'sandbox' });
};

/** docs: api/metadata: what newer clients ask instead of the version. */
const getMetadata: Handler<GitLabState> = (call, state) => {
  authenticate(call, state);
  const kas = { enabled: false, externalUrl: null, version: null };
  return json(200, { version: '19.5.0', revision: 'sandbox', kas, enterprise: true });
};

export const accountRoutes: readonly Route<GitLabState>[] = [
  { method: 'GET', path: '/user', handler: getUser },
  { method: 'GET', path: '/version', handler: getVersion },
  { method: 'GET', path: '/metadata', handler: getMetadata },
];
