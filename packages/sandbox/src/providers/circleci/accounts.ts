import { json } from '../../http/answer.ts';
import type { Handler, Route } from '../../http/route.ts';
import { identify } from './auth.ts';
import { uuidOf, type CircleCiState } from './state.ts';

const getMe: Handler<CircleCiState> = (call, state) => {
  const { login = 'ada' } = identify(call, state);
  return json(200, { id: uuidOf(`user ${login}`), login, name: login, avatar_url: null });
};

export const accountRoutes: readonly Route<CircleCiState>[] = [
  { method: 'GET', path: '/api/v2/me', handler: getMe },
];
