import type { Permissions, StandardSchema } from '@keyturn/core';
import { isObject, type JsonObject } from '@keyturn/http';

import { accessUnknown, permissionInvalid, permissionMalformed } from './messages.ts';

const ACCESS = /^[A-Za-z0-9_-]{1,100}$/;
const MANAGED =
  /_(?:service_tokens?|oauth_tokens?|oauth_applications?|members?|teams?|organization)$/;
const DATABASE = /^[^\s/\p{C}]{1,200}$/u;

/**
 * The permissions of a token's accesses: `read_organization` for the organization, `shop/read_branch` for a database. Those of a
 * deleted database are left out, because nobody can use or grant them.
 *
 * @throws {KeyturnError} `ANSWER_INVALID` for an access of another form: leaving it out would remove it on rotation
 */
export function permissionsOf(accesses: readonly unknown[], what: string): Permissions {
  const names = accesses.map((access) => permissionOf(access)).filter((name) => name !== 'deleted');
  if (!names.includes(undefined)) return unique(names as string[]);
  throw accessUnknown(what);
}

function permissionOf(item: unknown): string | undefined {
  if (!isObject(item)) return undefined;
  const resource: JsonObject = isObject(item['resource']) ? item['resource'] : {};
  const { access } = item;
  if (typeof access !== 'string' || !ACCESS.test(access)) return undefined;
  const type = item['resource_type'] ?? resource['type'];
  if (type === 'Organization') return access;
  if (type !== 'Database') return undefined;
  if (typeof resource['deleted_at'] === 'string') return 'deleted';
  const name = item['resource_name'] ?? resource['name'];
  return typeof name === 'string' && DATABASE.test(name) ? `${name}/${access}` : undefined;
}

/** `read_organization` for the organization, `shop/read_branch` for a database. */
export const permissionSchema: StandardSchema<string> = {
  '~standard': {
    version: 1,
    vendor: 'keyturn',
    validate: (value) =>
      typeof value === 'string' && /^(?:[^/\s]+\/)?[a-z_]+$/.test(value)
        ? { value }
        : { issues: [{ message: permissionMalformed }] },
  },
};

/**
 * The permissions that let a token create, change or delete tokens, or manage members. docs: «Service tokens», Access permissions, and
 * the accesses in the API's own description.
 */
export function managing(permissions: Permissions): Permissions {
  return permissions.filter((one) => {
    const access = one.slice(one.lastIndexOf('/') + 1);
    return !access.startsWith('read_') && MANAGED.test(access);
  });
}

/** The accesses by database, with '' for the organization: one request is for one database. */
export function byDatabase(permissions: Permissions): ReadonlyMap<string, readonly string[]> {
  const groups = new Map<string, string[]>();
  for (const permission of unique(permissions)) {
    const at = permission.lastIndexOf('/');
    const [database, access] = [permission.slice(0, Math.max(at, 0)), permission.slice(at + 1)];
    if (!ACCESS.test(access) || (at >= 0 && !DATABASE.test(database)))
      throw permissionInvalid(permission);
    groups.set(database, [...(groups.get(database) ?? []), access]);
  }
  return groups;
}

/** The wanted permissions that are missing. */
export function missing(wanted: Permissions, there: Permissions): Permissions {
  const has = new Set(there);
  return unique(wanted).filter((permission) => !has.has(permission));
}

function unique(names: readonly string[]): string[] {
  return [...new Set(names)].toSorted();
}
