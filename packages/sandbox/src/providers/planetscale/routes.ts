import type { Route } from '../../http/route.ts';
import { getBranch, getDatabase, listBranches, listDatabases } from './databases.ts';
import { addAccesses, listAccesses, listGrants, removeAccesses } from './grants.ts';
import { getOrganization, getUser, listOrganizations } from './organizations.ts';
import { passwordRoutes } from './passwords.ts';
import { roleRoutes } from './roles.ts';
import type { PlanetScaleState } from './state.ts';
import { createToken, deleteToken, getToken, listTokens } from './tokens.ts';

const organization = '/organizations/:organization';
const tokens = `${organization}/service-tokens`;
const database = `${organization}/databases/:database`;

/** Everything that PlanetScale answers, below `/v1`. */
export const routes: readonly Route<PlanetScaleState>[] = [
  { method: 'GET', path: '/user', handler: getUser },
  { method: 'GET', path: '/organizations', handler: listOrganizations },
  { method: 'GET', path: organization, handler: getOrganization },

  { method: 'GET', path: tokens, handler: listTokens },
  { method: 'POST', path: tokens, handler: createToken },
  { method: 'GET', path: `${tokens}/:id`, handler: getToken },
  { method: 'DELETE', path: `${tokens}/:id`, handler: deleteToken },
  { method: 'GET', path: `${tokens}/:id/access`, handler: listAccesses },
  { method: 'POST', path: `${tokens}/:id/access`, handler: addAccesses },
  { method: 'DELETE', path: `${tokens}/:id/access`, handler: removeAccesses },
  { method: 'GET', path: `${tokens}/:id/grants`, handler: listGrants },

  { method: 'GET', path: `${organization}/databases`, handler: listDatabases },
  { method: 'GET', path: database, handler: getDatabase },
  { method: 'GET', path: `${database}/branches`, handler: listBranches },
  { method: 'GET', path: `${database}/branches/:branch`, handler: getBranch },
  ...passwordRoutes,
  ...roleRoutes,
];
