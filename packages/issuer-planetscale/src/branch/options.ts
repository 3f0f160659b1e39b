import type { AdapterContext } from '@keyturn/core';
import * as v from 'valibot';

import { Api } from '../api.ts';
import * as messages from '../messages.ts';
import { commonEntries, settingsFrom, type PlanetscaleOptions } from '../options.ts';

const NAME = /^[A-Za-z0-9][A-Za-z0-9_.-]{0,99}$/;

/** The options of credentials that belong to a branch. */
export interface BranchOptions extends PlanetscaleOptions {
  /** The database's name. */
  readonly database?: string | undefined;
  /** @default 'main' */
  readonly branch?: string | undefined;
}

export const branchEntries = {
  ...commonEntries,
  database: v.optional(v.pipe(v.string(), v.regex(NAME, messages.NAME_INVALID))),
  branch: v.optional(v.pipe(v.string(), v.regex(NAME, messages.NAME_INVALID))),
};

/** A branch whose credentials are managed, and what it calls them. */
export interface Branch {
  readonly api: Api;
  readonly database: string;
  /** The path of the list of its credentials. */
  readonly list: string;
  readonly noun: 'password' | 'role';
}

/** @throws {KeyturnError} `CONFIG_INVALID` */
export function branchFrom(
  { database = '', branch = 'main', ...options }: BranchOptions,
  noun: Branch['noun'],
  context: AdapterContext,
): Branch {
  if (database === '') throw messages.databaseMissing();
  const settings = settingsFrom(options, context.env);
  const id = `planetscale-${noun}:${settings.org}/${database}/${branch}`;
  const api = new Api({ ...settings, id }, context);
  const place = `/organizations/${settings.org}/databases/${database}/branches/${branch}`;
  return { api, database, noun, list: `${place}/${noun}s` };
}
