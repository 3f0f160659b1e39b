import { daysBefore, plaintext } from '../../plaintext.ts';
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
        databases: [{ name: 'shop' }, { name: 'billing', branches: ['main', 'staging'] }],
      },
    },
    logins: [{ token: `pscale_oauth_${plaintext('login')}`, email: 'ada@acme.example' }],
  };
}
