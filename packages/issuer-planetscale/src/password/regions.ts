import type { CallOptions } from '@keyturn/core';
import { isObject } from '@keyturn/http';

import { refusalOf } from '../branch/list.ts';
import type { Branch } from '../branch/options.ts';
import { errorFrom } from '../diagnose.ts';
import * as messages from '../messages.ts';

/**
 * The read-only regions of the database, by their slugs, with their ids (docs: API, list read-only regions). A password for one of them
 * is asked for with `read_only_region_id`, as the pscale CLI does it.
 */
export async function readOnlyRegions(
  branch: Branch,
  call: CallOptions,
): Promise<ReadonlyMap<string, string>> {
  const { api, database } = branch;
  const what = messages.regionList(api.id);
  const path = `/organizations/${api.org}/databases/${database}/read-only-regions`;
  const regions = new Map<string, string>();
  let isHidden = false;
  const pages = api.pages(path, what, call, async (response) => {
    isHidden = response.status === 403 || response.status === 404;
    if (isHidden) return errorFrom(response, api.credentials, { what });
    return refusalOf(branch, response, what, 'read_database', call);
  });
  try {
    for await (const { items } of pages)
      for (const item of items) {
        const { id, region } = isObject(item) ? item : {};
        const slug = isObject(region) ? region['slug'] : undefined;
        if (typeof id !== 'string' || typeof slug !== 'string')
          throw messages.listedUnidentified(what);
        regions.set(slug, id);
      }
  } catch (error) {
    // A database that cannot have any does not have the list.
    if (isHidden) return new Map();
    throw error;
  }
  return regions;
}
