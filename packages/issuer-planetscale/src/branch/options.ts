import type { AdapterContext } from '@keyturn/core';

import { Api } from '../api.ts';
import * as messages from '../messages.ts';
import { settingsFrom, type PlanetscaleOptions } from '../options.ts';

/** The options of credentials that belong to a branch. */
export interface BranchOptions extends PlanetscaleOptions {
  /** The database's name. */
  readonly database?: string | undefined;
  /** @default 'main' */
  readonly branch?: string | undefined;
}

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
