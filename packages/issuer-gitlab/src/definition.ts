import {
  defineIssuer,
  reveal,
  Secret,
  type AdapterContext,
  type IssuerBackend,
  type IssuerCost,
  type Permissions,
} from '@keyturn/core';

import { Api } from './api.ts';
import { check, credentials } from './check.ts';
import { actingTokenKept, hazards } from './messages.ts';
import { names } from './names.ts';
import { optionsSchema, type GitlabTokenOptions } from './options.ts';
import { ownerOf } from './owner.ts';
import { defaultsOf, managing, permissionSchema, withDefaults } from './permissions.ts';
import { placeOf } from './place.ts';
import { describeSelf } from './self.ts';
import { describe } from './token.ts';
import { rates } from './rates.ts';
import { find, get, issue, list, revoke } from './tokens.ts';
import { verify } from './verify.ts';

const KIND = 'gitlab-token';

/**
 * Access tokens of GitLab projects, groups and users.
 *
 * Acts as the user of `GITLAB_TOKEN`. A token gets its scopes and its role when it is created, and ends on a day. GitLab's own rotation is
 * never used: it revokes the old token at once.
 */
export const gitlabTokenIssuer = defineIssuer<GitlabTokenOptions>({
  kind: KIND,
  options: optionsSchema,
  env: [
    {
      name: 'GITLAB_TOKEN',
      description: 'The access token of a user, with the scope "api", that manages the others.',
      secret: true,
      pipeline: {
        secret: 'KEYTURN_GITLAB_TOKEN',
        about:
          'a personal access token with the scope api, of a Maintainer of the project or an Owner of the group',
      },
    },
    {
      name: 'GITLAB_HOST',
      description: 'The URL of the server, https://gitlab.com by default.',
      secret: false,
    },
    { name: 'CI_SERVER_URL', description: 'Used if GITLAB_HOST is not set.', secret: false },
    {
      name: 'CI_PROJECT_PATH',
      description: 'The project, if the configuration names none.',
      secret: false,
    },
  ],
  rates,
  names,
  account: {
    option: 'project',
    variable: 'CI_PROJECT_PATH',
    title: 'the project at GitLab',
    valid: /^[\w.-]+(?:\/[\w.-]+)+$/,
    instead: ['group', 'personal'],
  },
  hazards,
  fields: { id: 'public', token: 'secret' },
  permission: permissionSchema,
  // docs: «Token overview», prefixes; tokens of newer servers are longer and contain dots.
  leaks: [{ prefix: 'glpat-', pattern: 'glpat-[A-Za-z0-9_.-]{20,}' }],
  connect(options, context: AdapterContext) {
    return backendOf(new Api(KIND, placeOf(options, context.env), context), defaultsOf(options));
  },
});

const ONE = { inRow: 1, inAll: 1 };
const COST: IssuerCost = { issue: ONE, grant: ONE, verify: { inRow: 1, inAll: 2 }, revoke: ONE };

function backendOf(api: Api, defaults: Permissions): IssuerBackend {
  const owner = ownerOf(api);
  let acting: string | undefined;
  return {
    id: api.id,
    server: api.server,
    supports: { permissions: 'issue', find: 'label', lastUsed: true, expiry: 'day' },
    ...(defaults.length > 0 && { defaults: () => defaults }),
    async check(call) {
      const report = await check(owner, call);
      acting = report.actingToken;
      return report;
    },
    credentials: (call) => credentials(api, call),
    list: (call) => list(owner, call),
    get: (id, call) => get(owner, id, call),
    issue: ({ permissions = [], ...request }, call) =>
      issue(owner, { ...request, permissions: withDefaults(permissions, defaults) }, call),
    find: (label, call) => find(owner, label, call),
    cost: () => COST,
    verify: (credential, expected, call) =>
      verify(owner, credential, withDefaults(expected, defaults), call),
    async revoke(id, call) {
      // Only a user's own token can be among those that it manages.
      if (api.place.kind === 'user' && acting === undefined) {
        const self = await describeSelf(api, api.token, call);
        acting = typeof self === 'object' ? describe(self)?.info.id : undefined;
      }
      if (acting === id) throw actingTokenKept(api.id, id);
      return revoke(owner, id, call);
    },
    // What the configuration lists is not copied.
    managing: (permissions) =>
      permissions.every((one) => defaults.includes(one)) ? [] : managing(permissions, api.place),
    actingToken: () => acting,
    actAs: ({ fields }) =>
      backendOf(api.actingAs(new Secret(reveal(fields['token'] ?? ''))), defaults),
  };
}
