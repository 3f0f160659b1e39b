import type { AdapterContext, IssuerAdapter, TokenIssuer } from '@keyturn/core';
import type {
  PlanetScalePasswordWorld,
  PlanetScaleRoleWorld,
  PlanetScaleWorld,
  RoleBackend,
  ServiceTokenWorld,
} from '@keyturn/sandbox';
import { onTestFinished } from 'vitest';

import { contextOf } from '../../../http/test/support/adapters/context.ts';
import { ADMIN, call, openWorld, type World } from './world.ts';

/** What managing the credentials of branches takes. */
const ACCESSES = [
  'read_branch',
  'connect_branch',
  'connect_production_branch',
  'create_branch_password',
  'create_production_branch_password',
  'delete_branch_password',
  'delete_production_branch_password',
];
export const MANAGER = {
  ...ADMIN,
  accesses: ['shop', 'ledger'].flatMap((database) =>
    ACCESSES.map((access) => `${database}/${access}`),
  ),
} as const satisfies ServiceTokenWorld;

export interface Held {
  readonly passwords?: readonly PlanetScalePasswordWorld[];
  readonly roles?: readonly PlanetScaleRoleWorld[];
}

/** The organization with a Vitess database shop and a Postgres database ledger. */
export function branches(
  held: Held = {},
  acting: ServiceTokenWorld = MANAGER,
): NonNullable<PlanetScaleWorld['orgs']> {
  return {
    acme: {
      tokens: [acting],
      databases: [
        { name: 'shop', branches: ['main', 'dev'] },
        { name: 'ledger', branches: ['main', 'dev'], kind: 'postgresql' },
      ],
      ...held,
    },
  };
}

export interface BranchWorld extends World {
  /** Opens the adapter again, with other options or variables. */
  readonly open: (options: object, env?: AdapterContext['env']) => Promise<TokenIssuer>;
  readonly passwords: () => readonly PlanetScalePasswordWorld[];
  readonly roles: () => readonly PlanetScaleRoleWorld[];
}

/** Starts a PlanetScale, and an issuer for a branch. */
export async function openBranches(
  adapter: IssuerAdapter,
  options: object,
  world: PlanetScaleWorld = {},
  roles?: RoleBackend,
): Promise<BranchWorld> {
  const opened = await openWorld({ orgs: branches(), ...world }, roles);
  const closing = [opened.close];
  const open = (other: object, env: AdapterContext['env'] = opened.env): Promise<TokenIssuer> => {
    const { context, close } = contextOf(env, opened.clock);
    closing.unshift(close);
    return adapter.open(other, context);
  };
  const acme = () => opened.sandbox.state().planetscale?.orgs?.['acme'];
  return {
    ...opened,
    issuer: await open(options),
    open,
    passwords: () => acme()?.passwords ?? [],
    roles: () => (acme()?.roles ?? []).filter((role) => role.default !== true),
    async close() {
      for (const close of closing) await close();
    },
  };
}

/** As {@link openBranches}, for the test that is running. */
export async function branchWorld(
  ...parameters: Parameters<typeof openBranches>
): Promise<BranchWorld> {
  const opened = await openBranches(...parameters);
  onTestFinished(opened.close);
  return opened;
}

/** Looks at a new role until it is ready. */
export async function untilReady(issuer: TokenIssuer, id: string): Promise<void> {
  for (let looks = 0; looks < 20; looks++) if (await issuer.ready?.(id, call)) return;
  throw new Error('it is never ready');
}
