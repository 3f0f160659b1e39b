import type { AdapterContext, CallOptions, TokenIssuer } from '@keyturn/core';
import { seededRandom, virtualClock, type VirtualClock } from '@keyturn/core/testing';
import { createFetch } from '@keyturn/http';
import {
  startSandbox,
  type Fault,
  type PlanetScaleWorld,
  type RecordedRequest,
  type RoleBackend,
  type Sandbox,
  type ServiceTokenWorld,
} from '@keyturn/sandbox';
import { onTestFinished } from 'vitest';

import issuer from '../../src/index.ts';

export const call: CallOptions = { signal: new AbortController().signal };
export const START = Date.parse('2026-11-24T09:00:00.000Z');
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

export interface World {
  readonly sandbox: Sandbox;
  readonly issuer: TokenIssuer;
  /** PlanetScale's time, and the issuer's. */
  readonly clock: VirtualClock;
  /** The environment as it is read at every call. */
  readonly env: Record<string, string | undefined>;
  /** Acme's tokens as PlanetScale has them. */
  readonly tokens: () => readonly ServiceTokenWorld[];
  readonly seed: (planetscale: PlanetScaleWorld) => Promise<unknown>;
  readonly fault: (fault: Fault) => Promise<unknown>;
  readonly requests: () => Promise<readonly RecordedRequest[]>;
  readonly close: () => Promise<void>;
}

/** Starts a PlanetScale, and an issuer that acts as {@link ADMIN} unless the environment is changed. */
export async function openWorld(
  planetscale: PlanetScaleWorld = {},
  roles?: RoleBackend,
): Promise<World> {
  const clock = virtualClock(START);
  const sandbox = await startSandbox({
    clock: () => clock.now(),
    random: seededRandom(1),
    ...(roles !== undefined && { roles }),
    world: { planetscale: { orgs: acme(), ...planetscale } },
  });
  const env: Record<string, string | undefined> = {
    PLANETSCALE_API_URL: sandbox.urls.planetscale,
    PLANETSCALE_ORG: 'acme',
    PLANETSCALE_SERVICE_TOKEN_ID: ADMIN.id,
    PLANETSCALE_SERVICE_TOKEN: ADMIN.token,
  };
  const { context, close } = contextOf(env, clock);
  const control = async (method: string, path: string, body?: unknown): Promise<Response> => {
    const init = { method, ...(body !== undefined && { body: JSON.stringify(body) }) };
    const response = await fetch(`${sandbox.control}${path}`, init);
    if (!response.ok) throw new Error(`${method} ${path}: ${await response.text()}`);
    return response;
  };
  return {
    sandbox,
    issuer: await issuer.open(undefined, context),
    clock,
    env,
    tokens: () => sandbox.state().planetscale?.orgs?.['acme']?.tokens ?? [],
    seed: (next) => control('POST', '/seed', { planetscale: next }),
    fault: (fault) => control('POST', '/faults', fault),
    async requests() {
      const answer = await control('GET', '/requests');
      return (await answer.json()) as RecordedRequest[];
    },
    async close() {
      await close();
      await sandbox.close();
    },
  };
}

/** As {@link openWorld}, for the test that is running. */
export async function world(planetscale?: PlanetScaleWorld): Promise<World> {
  const opened = await openWorld(planetscale);
  onTestFinished(opened.close);
  return opened;
}

/** What the host gives an issuer. */
export function contextOf(
  env: AdapterContext['env'],
  clock: VirtualClock = virtualClock(START),
): { context: AdapterContext; close: () => Promise<void> } {
  const random = (): number => 0.5;
  const http = createFetch({ clock, random, env: {}, retries: 2 });
  const context = { env, fetch: http, clock, random, directory: '/', allow: new Set<string>() };
  return { context, close: () => http.close() };
}
