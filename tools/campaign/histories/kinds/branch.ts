import type { Sandbox, World as SandboxWorld } from '../../../../packages/sandbox/src/index.ts';
import { password, role } from '../../credentials/planetscale.ts';
import { askProvider } from '../admin.ts';
import type { Kind, Names } from './kind.ts';

const blobs = { file: 'DATABASE_ENV', slot: 'DATABASE_SLOT' };

/** A URL, the same under another name and under two, its parts, and everything under others. */
const namings: readonly Names[] = [
  { fields: { url: ['DATABASE_URL'] }, ...blobs },
  { fields: { url: ['SHOP_URL'] }, ...blobs, slot: 'SHOP_URL_SLOT' },
  { fields: { url: ['DATABASE_URL', 'MYSQL_URL'] }, ...blobs },
  {
    fields: {
      host: ['DATABASE_HOST'],
      username: ['DATABASE_USERNAME'],
      password: ['DATABASE_PASSWORD'],
    },
    ...blobs,
    slot: 'DATABASE_PARTS_SLOT',
  },
  {
    fields: {
      username: ['SHOP_USER', 'SHOP_USERNAME'],
      password: ['SHOP_PASSWORD'],
      host: ['SHOP_HOST'],
    },
    file: 'SHOP_ENV',
    slot: 'SHOP_SLOT',
  },
];
const common = {
  provider: 'planetscale',
  namings,
  fieldsInFile: { url: 'DATABASE_URL' },
  otherAccount: { org: 'other' },
  policy: { token: { ttl: '60d' } },
} as const;
const base = '/v1/organizations/acme/databases';
const passwords = (branch = 'main'): string => `${base}/shop/branches/${branch}/passwords`;
export const roles = (branch = 'main'): string => `${base}/ledger/branches/${branch}/roles`;

export const branchPassword: Kind = {
  ...common,
  credential: password,
  byHand: ['by-hand', 'ci-shop'],
  others: ['reset in place', 'reset in place', 'branch renamed', 'the other rotation', 'enable'],
  async make(sandbox, branch) {
    const body = { name: 'by-hand', role: 'writer' };
    const { id } = await askProvider<{ id: string }>(sandbox, 'POST', passwords(branch), body);
    return id;
  },
  crowd: (world, count) =>
    changeAcme(world, ({ passwords: some = [], ...rest }) => ({
      ...rest,
      passwords: [...some, ...many(count).map((name) => ({ database: 'shop', name }))],
    })),
};

export const branchRole: Kind = {
  ...common,
  credential: role,
  byHand: ['by-hand', 'ci-ledger'],
  others: [
    'owns a table',
    'owns a table',
    'reassigned',
    'reassigned',
    'reset in place',
    'branch renamed',
    'the other rotation',
    'enable',
  ],
  async make(sandbox, branch) {
    const body = { name: 'by-hand', inherited_roles: ['pg_read_all_data', 'pg_write_all_data'] };
    const { id } = await askProvider<{ id: string }>(sandbox, 'POST', roles(branch), body);
    for (let isReady = false; !isReady;)
      ({ ready: isReady } = await askProvider<{ ready: boolean }>(
        sandbox,
        'GET',
        `${roles(branch)}/${id}`,
      ));
    return id;
  },
  crowd: (world, count) =>
    changeAcme(world, ({ roles: some = [], ...rest }) => ({
      ...rest,
      roles: [...some, ...many(count).map((name) => ({ database: 'ledger', name }))],
    })),
};

/** Others that are named much as keyturn's own. */
export const many = (count: number): readonly string[] =>
  Array.from({ length: count }, (_, number) => `keyturn ${number}`);

type Acme = NonNullable<NonNullable<SandboxWorld['planetscale']>['orgs']>[string];

function changeAcme(world: SandboxWorld, change: (acme: Acme) => Acme): SandboxWorld {
  const orgs = world.planetscale?.orgs ?? {};
  const behaviour = { ...world.planetscale?.behaviour, renewedSecret: 'replaced' } as const;
  const acme = change(orgs['acme'] ?? {});
  return { ...world, planetscale: { ...world.planetscale, behaviour, orgs: { ...orgs, acme } } };
}

/** Somebody gives it another secret: the id stays. */
export async function resetInPlace(
  sandbox: Sandbox,
  kind: string,
  id: string,
  branch?: string,
): Promise<boolean> {
  const isRole = kind === 'planetscale-role';
  const path = isRole ? `${roles(branch)}/${id}/reset` : `${passwords(branch)}/${id}/renew`;
  return (await askProvider<object | undefined>(sandbox, 'POST', path)) !== undefined;
}
