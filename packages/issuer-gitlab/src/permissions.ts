import type { Permissions, StandardSchema } from '@keyturn/core';
import type { JsonObject } from '@keyturn/http';

import { MAINTAINER, nameOfLevel, numberOfLevel } from './levels.ts';
import * as messages from './messages.ts';
import { SCOPE, type GitlabTokenOptions } from './options.ts';
import type { Place } from './place.ts';

const SCOPE_IS = 'scope=';
const LEVEL_IS = 'access_level=';
/** docs: «Access token scopes»: what lets a token make others, or be anybody. */
const MANAGING = ['sudo', 'admin_mode', 'self_rotate'];

/** What a token is created with. */
export interface Granted {
  readonly scopes: readonly string[];
  readonly level: number | undefined;
}

/**
 * What a token may do, as permissions: `scope=read_api` and, in a project or group, `access_level=reporter`.
 *
 * @throws {KeyturnError} `ANSWER_INVALID` for a token that is limited in another way: its successor would not be
 */
export function permissionsOf(item: JsonObject, place: Place, what: string): Permissions {
  const { scopes, access_level: level, granular_scopes: granular } = item;
  if (!Array.isArray(scopes) || !scopes.every((one) => typeof one === 'string' && SCOPE.test(one)))
    throw messages.scopesUnknown(what);
  const isGranular = Array.isArray(granular) ? granular.length > 0 : Boolean(granular);
  if (isGranular || scopes.includes('granular')) throw messages.scopesGranular(what);
  const names = scopes.map((scope) => `${SCOPE_IS}${scope}`);
  if (place.kind === 'user') return unique(names);
  if (typeof level !== 'number' || !Number.isSafeInteger(level) || level < 1 || level > 99)
    throw messages.levelUnknown(what);
  return unique([...names, `${LEVEL_IS}${nameOfLevel(level)}`]);
}

/** What the configuration says that a first token may do; nothing if it does not say it. */
export function defaultsOf({ scopes = [], accessLevel }: GitlabTokenOptions): Permissions {
  return unique([
    ...scopes.map((scope) => `${SCOPE_IS}${scope}`),
    ...(accessLevel === undefined ? [] : [`${LEVEL_IS}${accessLevel}`]),
  ]);
}

/** What is asked for: what the configuration says if nothing is, and its role if no other is. */
export function withDefaults(permissions: Permissions, defaults: Permissions): Permissions {
  if (permissions.length === 0) return defaults;
  const isComplete = permissions.some((one) => one.startsWith(LEVEL_IS));
  const level = defaults.filter((one) => one.startsWith(LEVEL_IS));
  return isComplete ? permissions : unique([...permissions, ...level]);
}

/**
 * What to create a token with. GitLab makes a token a maintainer if no role is given, so one has to be.
 *
 * @throws {KeyturnError} `CONFIG_INVALID`
 */
export function grantedBy(permissions: Permissions, place: Place): Granted {
  const scopes: string[] = [];
  const levels: number[] = [];
  for (const permission of unique(permissions)) {
    const [scope, level] = [scopeIn(permission), levelIn(permission)];
    if (scope !== undefined) scopes.push(scope);
    else if (level !== undefined) levels.push(level);
    else throw messages.permissionInvalid(permission);
  }
  if (scopes.length === 0) throw messages.scopeMissing();
  if (place.kind === 'user' && levels.length > 0) throw messages.levelOfUser();
  if (place.kind !== 'user' && levels.length !== 1) throw messages.levelMissing(levels.length);
  return { scopes, level: levels[0] };
}

export const permissionSchema: StandardSchema<string> = {
  '~standard': {
    version: 1,
    vendor: 'keyturn',
    validate: (value) =>
      typeof value === 'string' && (scopeIn(value) ?? levelIn(value)) !== undefined
        ? { value }
        : { issues: [{ message: messages.permissionMalformed }] },
  },
};

/**
 * The permissions that let a token make tokens or change members: the whole API as a maintainer, an owner or a person, and the scopes for
 * that alone.
 */
export function managing(permissions: Permissions, { kind }: Place): Permissions {
  const level = Math.max(0, ...permissions.map((one) => levelIn(one) ?? 0));
  const isPowerful = kind === 'user' || level >= MAINTAINER;
  return permissions.filter((permission) => {
    const scope = scopeIn(permission) ?? '';
    return MANAGING.includes(scope) || (scope === 'api' && isPowerful);
  });
}

/** What one of two sets has and the other has not. */
export function difference(wanted: Permissions, there: Permissions) {
  const without = (one: Permissions, other: Permissions): Permissions =>
    unique(one).filter((permission) => !other.includes(permission));
  return { missing: without(wanted, there), extra: without(there, wanted) };
}

function scopeIn(permission: string): string | undefined {
  const scope = permission.startsWith(SCOPE_IS) ? permission.slice(SCOPE_IS.length) : '';
  return SCOPE.test(scope) ? scope : undefined;
}

function levelIn(permission: string): number | undefined {
  return permission.startsWith(LEVEL_IS)
    ? numberOfLevel(permission.slice(LEVEL_IS.length))
    : undefined;
}

function unique(names: readonly string[]): string[] {
  return [...new Set(names)].toSorted();
}
