import type { CallOptions } from '@keyturn/core';

import type { Api } from './api.ts';
import * as messages from './messages.ts';
import { pathOf } from './place.ts';
import { readOwner } from './self.ts';
import type { Described } from './token.ts';

/** Where the requests for the tokens of a place go. */
export interface Owner {
  readonly api: Api;
  readonly list: (
    call: CallOptions,
  ) => Promise<{ readonly path: string; readonly filter: Readonly<Record<string, string>> }>;
  readonly create: (call: CallOptions) => Promise<string>;
  readonly token: (id: string, call: CallOptions) => Promise<string>;
  /** Whether a token is one of the place's. */
  readonly owns: (token: Described, call: CallOptions) => Promise<boolean>;
}

/**
 * The tokens of a project or group are below its path. Those of a person are among everybody's: administrators see them all.
 * docs: «Project access tokens API», «Group access tokens API», «Personal access tokens API», «User tokens API»
 */
export function ownerOf(api: Api): Owner {
  const { place } = api;
  if (place.kind !== 'user') {
    const path = `${pathOf(place)}/access_tokens`;
    return {
      api,
      list: async () => ({ path, filter: {} }),
      create: async () => path,
      token: async (id) => `${path}/${checked(id)}`,
      owns: async () => true,
    };
  }
  let known: number | undefined;
  const user = async (call: CallOptions): Promise<number> =>
    (known ??= await readOwner(api, place.name, call));
  const path = '/personal_access_tokens';
  return {
    api,
    list: async (call) => ({ path, filter: { user_id: `${await user(call)}` } }),
    create: async (call) => `/users/${await user(call)}/personal_access_tokens`,
    token: async (id) => `${path}/${checked(id)}`,
    owns: async ({ userId }, call) => userId === (await user(call)),
  };
}

/** @throws {KeyturnError} `USAGE_INVALID` */
function checked(id: string): string {
  if (/^gl[a-z]+-/.test(id)) throw messages.secretAsId();
  if (/^[1-9]\d{0,15}$/.test(id)) return id;
  throw messages.idInvalid(id);
}
