import { KeyturnError, type AdapterContext, type StandardSchema } from '@keyturn/core';
import { baseUrl } from '@keyturn/http';
import * as v from 'valibot';

const DEFAULT_URL = 'https://api.planetscale.com';
const ORGANIZATION = /^[A-Za-z0-9][A-Za-z0-9_-]{0,99}$/;

/** What stands beside `kind: planetscale` in the configuration. */
export interface PlanetscaleOptions {
  /** The organization's name, as in its URL. @default PLANETSCALE_ORG */
  readonly org?: string | undefined;
  /** The API without `/v1`. @default PLANETSCALE_API_URL, else https://api.planetscale.com */
  readonly apiUrl?: string | undefined;
}

export const optionsSchema: StandardSchema<PlanetscaleOptions> = v.optional(
  v.strictObject({
    org: v.optional(v.pipe(v.string(), v.regex(ORGANIZATION, 'not the name of an organization'))),
    apiUrl: v.optional(v.string()),
  }),
  {},
);

/** Whom the issuer asks, and about which organization. */
export interface Settings {
  readonly org: string;
  /** The API's address without `/v1` and without credentials. */
  readonly server: string;
}

/** @throws {KeyturnError} `CONFIG_INVALID` */
export function settingsFrom(options: PlanetscaleOptions, env: AdapterContext['env']): Settings {
  const org = options.org ?? env['PLANETSCALE_ORG'] ?? '';
  if (!ORGANIZATION.test(org))
    throw new KeyturnError(
      'CONFIG_INVALID',
      org === ''
        ? 'the PlanetScale organization is not known'
        : 'PLANETSCALE_ORG is not the name of an organization',
      { hint: 'Name it with --org, issuer.org or PLANETSCALE_ORG.', effect: 'none' },
    );
  const url =
    options.apiUrl === undefined
      ? baseUrl(env['PLANETSCALE_API_URL'] || DEFAULT_URL, 'PLANETSCALE_API_URL')
      : baseUrl(options.apiUrl, 'issuer.apiUrl');
  if (/^https:\/\/(?:app\.|www\.)?planetscale\.com(?:\/|$)/.test(url))
    throw new KeyturnError('CONFIG_INVALID', 'the API is not where the dashboard is', {
      hint: `Write ${DEFAULT_URL} in place of ${url}, or leave it out.`,
      effect: 'none',
    });
  return { org, server: url.replace(/\/v1$/, '') };
}
