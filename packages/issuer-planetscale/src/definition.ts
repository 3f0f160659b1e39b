import {
  defineIssuer,
  KeyturnError,
  reveal,
  type Environment,
  type IssuerBackend,
  type IssuerCost,
  type Permissions,
} from '@keyturn/core';

import { Api } from './api.ts';
import { check, credentials } from './check.ts';
import { pairOf } from './credentials.ts';
import { account, environment } from './environment.ts';
import { grant, ungrant } from './grant.ts';
import { names } from './names.ts';
import { byDatabase, managing, permissionSchema } from './permissions.ts';
import { optionsSchema, settingsFrom, type PlanetscaleOptions } from './options.ts';
import { find, get, issue, list, revoke } from './tokens.ts';
import { verify } from './verify.ts';
import { rates } from './rates.ts';

/**
 * PlanetScale's service tokens.
 *
 * Acts as a service token (`PLANETSCALE_SERVICE_TOKEN_ID`, `PLANETSCALE_SERVICE_TOKEN`) or as a person's login (`PLANETSCALE_API_TOKEN`).
 *
 * A new token has no permissions: `grant` gives it those of the old one, and verifies the result.
 */
export const planetscaleIssuer = defineIssuer<PlanetscaleOptions>({
  kind: 'planetscale',
  options: optionsSchema,
  env: environment(
    'the others',
    'read_service_tokens, write_service_tokens, delete_service_tokens and every permission of the tokens that it rotates',
  ),
  rates,
  names,
  permission: permissionSchema,
  account,
  // gitleaks, and PlanetScale's engineers: the prefix is sure, the length is not.
  leaks: [{ prefix: 'pscale_tkn_', pattern: 'pscale_tkn_[A-Za-z0-9_=.-]{16,}' }],
  connect(options, context) {
    return backendOf(new Api(settingsFrom(options, context.env), context), context.env);
  },
});

function backendOf(api: Api, env: Environment): IssuerBackend {
  return {
    id: api.id,
    server: api.server,
    supports: { lastUsed: true, expiry: 'second' },
    check: (call) => check(api, call),
    credentials: (call) => credentials(api, env, call),
    list: (call) => list(api, call),
    get: (id, call) => get(api, id, call),
    issue: (request, call) => issue(api, request, call),
    find: (label, call) => find(api, label, call),
    grant: (id, permissions, call) => grant(api, id, permissions, call),
    ungrant: (id, permissions, call) => ungrant(api, id, permissions, call),
    verify: (credential, expected, call) => verify(api, credential, expected, call),
    revoke: (id, call) => revoke(api, id, call),
    managing,
    cost,
    actingToken: () => actingToken(api),
    actAs: ({ token, fields }) =>
      backendOf(api.actingAs(pairOf(token.id, reveal(fields['token'] ?? ''))), env),
  };
}

const ONE = { inRow: 1, inAll: 1 };

function cost(permissions: Permissions): IssuerCost {
  const databases = byDatabase(permissions).size;
  return {
    issue: ONE,
    grant: { inRow: Math.min(1, databases), inAll: databases },
    verify: { inRow: 1, inAll: databases > 0 ? 2 : 1 },
    revoke: ONE,
  };
}

/** Invalid credentials are reported by the first request. */
function actingToken(api: Api): string | undefined {
  try {
    return api.credentials.id;
  } catch (error) {
    if (KeyturnError.is(error)) return undefined;
    throw error;
  }
}
