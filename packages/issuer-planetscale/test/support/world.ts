import type { CallOptions, TokenIssuer } from '@keyturn/core';
import type { PlanetScaleWorld, RoleBackend, ServiceTokenWorld } from '@keyturn/sandbox';
import { onTestFinished } from 'vitest';

import { START } from '../../../http/test/support/adapters/context.ts';
import { openAdapterWorld, type AdapterWorld } from '../../../http/test/support/adapters/world.ts';
import issuer from '../../src/index.ts';

export const call: CallOptions = { signal: new AbortController().signal };
/** What PlanetScale’s own clock shows then: it is a little behind, and tells whole seconds. */
export const SHOWN = START - 2_000;
export const MANAGER = ['read_service_tokens', 'write_service_tokens', 'delete_service_tokens'];
/** What the databases and the organization have to give; the acting token has it all, to hand it on. */
export const PERMISSIONS = [
  'billing/read_backups',
  'read_organization',
  'shop/connect_branch',
  'shop/read_branch',
];

/** The token that the issuer acts as. */
export const ADMIN = {
  id: 'admin0000000',
  name: 'admin',
  token: 'pscale_tkn_CANARY-admin',
  createdAt: '2026-01-01T00:00:00.000Z',
  accesses: [...MANAGER, ...PERMISSIONS],
} as const satisfies ServiceTokenWorld;

/** The organization with its acting token, and others. */
export function acme(
  acting: ServiceTokenWorld = ADMIN,
  others: readonly ServiceTokenWorld[] = [],
): NonNullable<PlanetScaleWorld['orgs']> {
  const databases = [{ name: 'shop' }, { name: 'billing' }];
  return { acme: { tokens: [acting, ...others], databases } };
}

export interface World extends AdapterWorld {
  readonly issuer: TokenIssuer;
  /** Acme's tokens as PlanetScale has them. */
  readonly tokens: () => readonly ServiceTokenWorld[];
  readonly seed: (planetscale: PlanetScaleWorld) => Promise<void>;
}

/** Starts a PlanetScale, and an issuer that acts as {@link ADMIN} unless the environment is changed. */
export async function openWorld(
  planetscale: PlanetScaleWorld = {},
  roles?: RoleBackend,
): Promise<World> {
  const opened = await openAdapterWorld(
    { planetscale: { orgs: acme(), ...planetscale } },
    ({ planetscale: url }) => ({
      PLANETSCALE_API_URL: url,
      PLANETSCALE_ORG: 'acme',
      PLANETSCALE_SERVICE_TOKEN_ID: ADMIN.id,
      PLANETSCALE_SERVICE_TOKEN: ADMIN.token,
    }),
    roles,
  );
  const { sandbox, context, control } = opened;
  return {
    ...opened,
    issuer: await issuer.open(undefined, context),
    tokens: () => sandbox.state().planetscale?.orgs?.['acme']?.tokens ?? [],
    seed: (next) => control.seed({ planetscale: next }),
  };
}

/** As {@link openWorld}, for the test that is running. */
export async function world(planetscale?: PlanetScaleWorld): Promise<World> {
  const opened = await openWorld(planetscale);
  onTestFinished(opened.close);
  return opened;
}
