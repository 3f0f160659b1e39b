import type { AdapterContext, StandardSchema } from '@keyturn/core';
import { baseUrl } from '@keyturn/http';
import * as v from 'valibot';

import { commonEntries, ORGANIZATION } from './option-entries.ts';
import * as messages from './messages.ts';

const DEFAULT_URL = 'https://api.planetscale.com';

/** The options next to `kind: planetscale` in the configuration. */
export interface PlanetscaleOptions {
  /** The organization's name, as in its URL. @default PLANETSCALE_ORG */
  readonly org?: string | undefined;
  /** The API without `/v1`. @default PLANETSCALE_API_URL, else https://api.planetscale.com */
  readonly apiUrl?: string | undefined;
}

export const optionsSchema: StandardSchema<PlanetscaleOptions> = v.optional(
  v.strictObject(commonEntries),
  {},
);

/** Which server the issuer talks to, and about which organization. */
export interface Settings {
  /** The issuer's id. @default the kind `planetscale` with the organization */
  readonly id?: string;
  readonly org: string;
  /** The API's URL without `/v1` and without credentials. */
  readonly server: string;
}

/** @throws {KeyturnError} `CONFIG_INVALID` */
export function settingsFrom(options: PlanetscaleOptions, env: AdapterContext['env']): Settings {
  const org = options.org ?? env['PLANETSCALE_ORG'] ?? '';
  if (!ORGANIZATION.test(org))
    throw org === '' ? messages.organizationMissing() : messages.organizationVariableInvalid();
  const url =
    options.apiUrl === undefined
      ? baseUrl(env['PLANETSCALE_API_URL'] || DEFAULT_URL, 'PLANETSCALE_API_URL')
      : baseUrl(options.apiUrl, 'issuer.apiUrl');
  if (/^https:\/\/(?:app\.|www\.)?planetscale\.com(?:\/|$)/.test(url))
    throw messages.dashboardUrl(url, DEFAULT_URL);
  const server = url.replace(/\/v1$/, '');
  if (server.startsWith(`${DEFAULT_URL}/`)) throw messages.apiUrlWithPath(url, DEFAULT_URL);
  return { org, server };
}
