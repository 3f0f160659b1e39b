import { isIP } from 'node:net';

import type { Permissions, StandardSchema } from '@keyturn/core';
import type { JsonObject } from '@keyturn/http';

import * as messages from '../messages.ts';

export const roles = ['reader', 'writer', 'readwriter', 'admin'] as const;
export type PasswordRole = (typeof roles)[number];

/** Everything that decides what a password may do. */
export interface Limits {
  readonly role: PasswordRole;
  readonly replica: boolean;
  readonly directVtgate: boolean;
  readonly cidrs: readonly string[];
  /** The slug of a read-only region; undefined for the branch's own. */
  readonly region: string | undefined;
}

/** As permissions: `role=writer`, `replica`, `direct_vtgate`, `cidr=10.0.0.0/8`, `region=eu-west`. */
export function permissionsFor(limits: Limits): Permissions {
  const { role, replica, directVtgate, cidrs, region } = limits;
  const all = [
    `role=${role}`,
    ...(replica ? ['replica'] : []),
    ...(directVtgate ? ['direct_vtgate'] : []),
    ...cidrs.map((range) => `cidr=${plain(range)}`),
    ...(region === undefined ? [] : [`region=${region}`]),
  ];
  return [...new Set(all)].toSorted();
}

/**
 * The limits that permissions express.
 *
 * @throws {KeyturnError} `CONFIG_INVALID` for others, and if the role is not exactly one: without one, the API would choose `admin`
 */
export function limitsIn(permissions: Permissions): Limits {
  const unknown = permissions.find((one) => !isPermission(one));
  if (unknown !== undefined) throw messages.branchPermissionInvalid(unknown, PERMISSION_MALFORMED);
  const values = (key: string): string[] =>
    permissions.filter((one) => one.startsWith(`${key}=`)).map((one) => one.slice(key.length + 1));
  const [role, ...others] = new Set(values('role'));
  const [region, ...more] = new Set(values('region'));
  if (!isRole(role) || others.length > 0) throw messages.roleNeeded(roles);
  if (more.length > 0)
    throw messages.branchPermissionInvalid(`region=${more[0]}`, 'use one region');
  return {
    role,
    replica: permissions.includes('replica'),
    directVtgate: permissions.includes('direct_vtgate'),
    cidrs: values('cidr'),
    region,
  };
}

/** What the API says of a password, but for its region; undefined if it does not say all of it. */
export function limitsOf(item: JsonObject): Omit<Limits, 'region'> | undefined {
  const { role, replica = false, direct_vtgate: directVtgate = false } = item;
  const cidrs = item['cidrs'] ?? [];
  if (!isRole(role) || typeof replica !== 'boolean' || typeof directVtgate !== 'boolean')
    return undefined;
  return Array.isArray(cidrs) && cidrs.every(isRange)
    ? { role, replica, directVtgate, cidrs }
    : undefined;
}

/** The same set, with ranges as {@link permissionsFor} writes them. */
export const normalised = (permissions: Permissions): Permissions =>
  permissions.map((one) => (one.startsWith('cidr=') ? `cidr=${plain(one.slice(5))}` : one));

const PERMISSION_MALFORMED =
  'use role=reader, role=writer, role=readwriter or role=admin, replica, direct_vtgate, cidr=10.0.0.0/8 or region=us-east';

export const permissionSchema: StandardSchema<string> = {
  '~standard': {
    version: 1,
    vendor: 'keyturn',
    validate: (value) =>
      typeof value === 'string' && isPermission(value)
        ? { value }
        : { issues: [{ message: `is not a permission of a password: ${PERMISSION_MALFORMED}` }] },
  },
};

function isPermission(text: string): boolean {
  const [, key = text, value] = /^([a-z]+)=(.*)$/s.exec(text) ?? [];
  if (value === undefined) return key === 'replica' || key === 'direct_vtgate';
  if (key === 'role') return isRole(value);
  if (key === 'cidr') return isRange(value);
  return key === 'region' && /^[a-z0-9][a-z0-9-]{0,99}$/.test(value);
}

function isRole(value: unknown): value is PasswordRole {
  return roles.some((one) => one === value);
}

/** An address, or a range of them. */
export function isRange(value: unknown): value is string {
  if (typeof value !== 'string') return false;
  const [address = '', prefix, ...rest] = value.split('/');
  const version = isIP(address);
  if (version === 0 || rest.length > 0 || /[^0-9a-f.:]/i.test(address)) return false;
  return prefix === undefined || (/^\d{1,3}$/.test(prefix) && Number(prefix) <= full(version));
}

/** One address is a range of one. */
function plain(range: string): string {
  const [address = '', prefix] = range.toLowerCase().split('/');
  return prefix === undefined || Number(prefix) === full(isIP(address))
    ? address
    : `${address}/${Number(prefix)}`;
}

const full = (version: number): number => (version === 6 ? 128 : 32);
