import { json } from '../../http/answer.ts';
import type { Handler, Route } from '../../http/route.ts';
import { failure } from './answers.ts';
import { authenticate, scopesOf } from './auth.ts';
import type { GitLabState } from './state.ts';

const getUser: Handler<GitLabState> = (call, state) => {
  const { admin = false } = authenticate(call, state);
  return json(200, { id: 1, username: 'ada', name: 'Ada', state: 'active', is_admin: admin });
};

/** What a token may do; docs: api/personal_access_tokens, "Get details on a personal access token". */
const getToken: Handler<GitLabState> = (call, state) => {
  const token = authenticate(call, state);
  if (token.kind === 'oauth') return failure(400, '400 Bad request');
  return json(200, {
    id: 1,
    name: 'keyturn',
    revoked: false,
    active: true,
    user_id: 1,
    scopes: scopesOf(token),
    expires_at: token.expiresAt?.slice(0, 10) ?? null,
  });
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
  { method: 'GET', path: '/personal_access_tokens/self', handler: getToken },
];
