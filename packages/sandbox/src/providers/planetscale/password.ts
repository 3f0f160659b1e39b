import { randomId, randomSecret } from '../../runtime.ts';
import type { Moment, ProviderRuntime } from '../clocks.ts';
import type { PasswordRole, PasswordWorld } from './world.ts';

/** A branch password while it lives. */
export interface Password {
  readonly database: string;
  branch: string;
  readonly id: string;
  name: string;
  readonly username: string;
  password: string;
  readonly role: PasswordRole;
  readonly replica: boolean;
  cidrs: readonly string[] | null;
  readonly directVtgate: boolean;
  readonly ttl: number | null;
  readonly createdAt: Moment;
  expiresAt: Moment | null;
  revokedAt: string | null;
  lastUsedAt: Moment | null;
}

/** Fills in what a password was not given. */
export function openPassword(given: PasswordWorld, runtime: ProviderRuntime): Password {
  const { clocks } = runtime;
  const moment = (time: string | null | undefined): Moment | null =>
    typeof time === 'string' ? clocks.at(time) : null;
  const id = given.id ?? randomId(runtime);
  return {
    database: given.database,
    branch: given.branch ?? 'main',
    id,
    name: given.name ?? `password-${id}`,
    username: given.username ?? randomId(runtime, 20),
    password: given.password ?? newPassword(runtime),
    role: given.role ?? 'admin',
    replica: given.replica ?? false,
    cidrs: given.cidrs ?? null,
    directVtgate: given.directVtgate ?? false,
    ttl: given.ttl ?? null,
    createdAt: moment(given.createdAt) ?? clocks.now(),
    expiresAt: moment(given.expiresAt),
    revokedAt: given.revokedAt ?? null,
    lastUsedAt: moment(given.lastUsedAt),
  };
}

export const newPassword = (runtime: ProviderRuntime): string =>
  `pscale_pw_${randomSecret(runtime, 43)}`;

export const closePassword = (password: Password): PasswordWorld => ({
  ...password,
  createdAt: password.createdAt.real,
  expiresAt: password.expiresAt?.real ?? null,
  lastUsedAt: password.lastUsedAt?.real ?? null,
});
