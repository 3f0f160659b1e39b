import { json } from '../../http/answer.ts';
import type { Handler, Route } from '../../http/route.ts';
import { belongs, identify } from './auth.ts';
import { uuidOf, type CircleCiState } from './state.ts';

const SYSTEMS: Readonly<Record<string, string>> = { gh: 'github', bb: 'bitbucket' };

const getMe: Handler<CircleCiState> = (call, state) => {
  const { login = 'ada' } = identify(call, state);
  return json(200, { id: uuidOf(`user ${login}`), login, name: login, avatar_url: null });
};

/** The organizations that the token's owner works with, in one list. docs: api/v2, "Collaborations". */
const listCollaborations: Handler<CircleCiState> = (call, state) => {
  const token = identify(call, state);
  const mine = [...state.organizations.values()].filter((one) => belongs(token, one));
  return json(
    200,
    mine.map(({ id, slug }) => {
      const [system = '', name = ''] = slug.split('/');
      return { id, slug, name, 'vcs-type': SYSTEMS[system] ?? system, avatar_url: '' };
    }),
  );
};

export const accountRoutes: readonly Route<CircleCiState>[] = [
  { method: 'GET', path: '/api/v2/me', handler: getMe },
  { method: 'GET', path: '/api/v2/me/collaborations', handler: listCollaborations },
];
