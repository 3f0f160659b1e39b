import { KeyturnError } from '@keyturn/core';

import type { Host } from '../../host.ts';

/** What job engines set; most of them `CI`. */
const ENGINES = ['CI', 'GITLAB_CI', 'CIRCLECI', 'TF_BUILD', 'JENKINS_URL', 'TEAMCITY_VERSION'];
/** Milliseconds; the runner reads the two streams side by side. */
const UNTIL_READ = 200;

/** docs: GitHub Actions, workflow commands, masking a value in a log. Forgejo and Gitea know it too. */
const isMaskable = ({ env }: Pick<Host, 'env'>): boolean => env['GITHUB_ACTIONS'] === 'true';

/**
 * Refuses to print a secret into the log of a job, where it would stay, if nothing there can mask it.
 *
 * @throws {KeyturnError} `USAGE_INVALID`
 */
export function refuseUnmaskable(host: Pick<Host, 'env'>): void {
  const isSet = (name: string): boolean => !/^(?:|0|false)$/i.test(host.env[name] ?? '');
  if (isMaskable(host) || !ENGINES.some(isSet)) return;
  throw new KeyturnError(
    'USAGE_INVALID',
    "the token's secret would be printed into the log of this job, which cannot mask it",
    {
      hint: 'Write it straight to where it is used: --sink TARGET, such as --sink env:.env.local.',
      effect: 'none',
    },
  );
}

/** Masks a secret before anything prints it. A document on stdout stays the only thing there. */
export async function mask(secret: string, json: boolean, host: Host): Promise<void> {
  if (!isMaskable(host)) return;
  const escaped = secret.replaceAll('%', '%25').replaceAll('\r', '%0D').replaceAll('\n', '%0A');
  const command = `::add-mask::${escaped}\n`;
  // One of the two may be read by something else than the runner; within one of them the order is certain.
  (host.loud ?? host.stderr).write(command, 'mask');
  if (!json) host.stdout.write(command, 'mask');
  // The secret exists only here: an interrupt must not lose it.
  else await host.clock.sleep(UNTIL_READ, host.signal).catch(() => {});
}
