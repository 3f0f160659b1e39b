import { resolve } from 'node:path';

import { defineStore, type SchemaResult, type StandardSchema } from '@keyturn/core';

import { createFileStore } from './file-store.ts';
import { LOCATION_INVALID } from './messages.ts';

const DEFAULT_FOLDER = '.keyturn';

/** The location: the path of a folder, `.keyturn` by default. */
const location: StandardSchema<string> = {
  '~standard': {
    version: 1,
    vendor: 'keyturn',
    validate(value): SchemaResult<string> {
      if (value === undefined) return { value: DEFAULT_FOLDER };
      if (typeof value !== 'string' || value === '' || value.includes('\0'))
        return { issues: [{ message: LOCATION_INVALID }] };
      return { value };
    },
  },
};

/**
 * Keeps ledgers in a folder, one file per rotation: append-only, synced, hash-chained, and locked against a second run.
 *
 * The location is the folder's path, relative to the context's directory; `.keyturn` by default.
 */
export const fileStore = defineStore({
  kind: 'file',
  options: location,
  env: [],
  connect: (folder, { clock, directory }) =>
    createFileStore({ folder: resolve(directory, folder), clock }),
});
