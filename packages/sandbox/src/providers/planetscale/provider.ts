import { text } from '../../http/answer.ts';
import { application } from '../../http/application.ts';
import type { Provider } from '../provider.ts';
import { notFound } from './answers.ts';
import { change } from './change.ts';
import { inTurn, makeRoles } from './role-life.ts';
import { queryRoutes } from './query.ts';
import { limited } from './rate-limit.ts';
import { routes } from './routes.ts';
import { usePassword, useRole } from './use.ts';
import { closeState, openState, type PlanetScaleState } from './state.ts';

export const planetscale: Provider = {
  name: 'planetscale',
  edges: ['planetscaleQuery'],
  open(world, runtime) {
    const state = openState(world.planetscale ?? {}, runtime);
    const respond = application({ roots: ['/v1'], routes, state, unknownPath: notFound });
    return {
      answer: (call) => limited(call, state, respond),
      isLimited: () => state.behaviour.rateLimit !== undefined,
      edges: {
        planetscaleQuery: application({
          roots: ['/psdb.v1alpha1.Database'],
          routes: queryRoutes,
          state,
          unknownPath: () => text(404, '404 page not found\n'),
        }),
      },
      uses: { 'planetscale-password': usePassword(state), 'planetscale-role': useRole(state) },
      begin: () => inTurn(state, () => makeRoles(state)),
      state: () => closeState(state),
      env: (url) => ({ PLANETSCALE_API_URL: url, ...adminOf(state), ...loginOf(state) }),
      change: (given) => change(given, state),
    };
  },
};

/** The first token that may create others, as the variables that keyturn reads. */
function adminOf(state: PlanetScaleState): Record<string, string> {
  for (const { name, tokens } of state.organizations.values())
    for (const { id, token, accesses, revokedAt } of tokens.values())
      if (revokedAt === null && accesses.has('write_service_tokens'))
        return {
          PLANETSCALE_ORG: name,
          PLANETSCALE_SERVICE_TOKEN_ID: id,
          PLANETSCALE_SERVICE_TOKEN: token,
        };
  return {};
}

/** The first login, as `pscale` reads it. keyturn prefers the service token, `pscale service-token` takes nothing else. */
function loginOf({ logins }: PlanetScaleState): Record<string, string> {
  const [token] = logins.keys();
  return token === undefined ? {} : { PLANETSCALE_API_TOKEN: token };
}
