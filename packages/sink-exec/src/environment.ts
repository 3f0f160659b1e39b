import type { Environment } from '@keyturn/core';

/** What keyturn itself signs in with. A program that delivers to elsewhere has no use for it. */
const CREDENTIALS: readonly string[] = [
  'PLANETSCALE_SERVICE_TOKEN',
  'PLANETSCALE_API_TOKEN',
  'GITHUB_TOKEN',
  'GH_TOKEN',
  'GITHUB_APP_PRIVATE_KEY',
  'GITLAB_TOKEN',
  'CIRCLECI_TOKEN',
  'CIRCLE_TOKEN',
  // May be the URL of a database, with its password.
  'KEYTURN_STATE',
];

/** The caller's environment without keyturn's own credentials, save for the names in `kept`. */
export function environmentFor(
  env: Environment,
  kept: readonly string[],
): Record<string, string | undefined> {
  const withheld = new Set(CREDENTIALS.filter((name) => !kept.includes(name)));
  // Windows does not tell the cases of names apart.
  return Object.fromEntries(
    Object.entries(env).filter(([name]) => !withheld.has(name.toUpperCase())),
  );
}
