import { daysBefore, hexadecimal, plaintext } from '../../plaintext.ts';
import type { PlanetScaleWorld, ServiceTokenWorld } from './world.ts';

const DEPLOY = [
  'read_organization',
  'shop/read_database',
  'shop/read_branch',
  'shop/create_branch',
  'shop/delete_branch',
  'shop/connect_branch',
  'shop/create_deploy_request',
  'shop/read_deploy_request',
];
const INFRASTRUCTURE = [
  'read_organization',
  'read_databases',
  'shop/read_branch',
  'billing/read_database',
  'billing/read_branch',
  'billing/create_branch',
];
const NIGHTLY = [
  'read_organization',
  'billing/read_branch',
  'billing/connect_branch',
  'billing/read_backups',
];
// An admin can hand on only what it has itself.
const ADMIN = [
  'read_service_tokens',
  'write_service_tokens',
  'delete_service_tokens',
  ...new Set([...DEPLOY, ...INFRASTRUCTURE, ...NIGHTLY]),
];

// What the credentials of branches take, given for every database, so that no token shows them.
const CREDENTIALS = [
  'read_branch',
  'connect_branch',
  'connect_production_branch',
  'create_branch_password',
  'create_production_branch_password',
  'delete_branch_password',
  'delete_production_branch_password',
];

/** The ids of the seeded tokens of each CI system. Their ends differ, as those of real ids do. */
export const seededIds = {
  github: 'cigithub4w8d',
  gitlab: 'cigitlab9r3k',
  circleci: 'cicircle2v6p',
} as const;

/** The secret half of a seeded service token. */
export const seededToken = (name: string): string => `pscale_tkn_${plaintext(name)}`;

/** Organization acme: databases shop and billing, an admin token, and one token per CI system. */
export function planetscaleSeed(now: number): PlanetScaleWorld {
  const token = (
    id: string,
    name: string,
    days: number,
    accesses: readonly string[],
  ): ServiceTokenWorld => ({
    id,
    name,
    token: seededToken(name),
    createdAt: daysBefore(now, days),
    lastUsedAt: daysBefore(now, 1),
    accesses,
    ...(name === 'admin' && { allDatabases: CREDENTIALS }),
  });
  return {
    orgs: {
      acme: {
        tokens: [
          token('admin7k2m9xq', 'admin', 300, ADMIN),
          token(seededIds.github, 'ci-github', 120, DEPLOY),
          token(seededIds.gitlab, 'ci-gitlab', 110, INFRASTRUCTURE),
          token(seededIds.circleci, 'ci-circleci', 100, NIGHTLY),
        ],
        databases: [
          { name: 'shop' },
          { name: 'billing', branches: ['main', 'staging'] },
          { name: 'ledger', kind: 'postgresql' },
        ],
        passwords: [
          {
            database: 'shop',
            id: 'cishoppw5t7b',
            name: 'ci-shop',
            username: hexadecimal('ci-shop', 20),
            password: `pscale_pw_${plaintext('ci-shop')}`,
            role: 'writer',
            createdAt: daysBefore(now, 120),
            lastUsedAt: daysBefore(now, 1),
          },
        ],
        roles: [
          {
            database: 'ledger',
            id: 'ledgerroot1a',
            default: true,
            password: `pscale_pw_${plaintext('ledger')}`,
            createdAt: daysBefore(now, 300),
          },
          {
            database: 'ledger',
            id: 'cileddb4k8mz',
            name: 'ci-ledger',
            baseUsername: `pscale_api_${hexadecimal('ci-ledger', 12)}`,
            password: `pscale_pw_${plaintext('ci-ledger')}`,
            inheritedRoles: ['pg_read_all_data', 'pg_write_all_data'],
            createdAt: daysBefore(now, 120),
          },
        ],
      },
    },
    logins: [{ token: `pscale_oauth_${plaintext('login')}`, email: 'ada@acme.example' }],
  };
}
