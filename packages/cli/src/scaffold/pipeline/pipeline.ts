import type { EnvironmentVariable, PipelineCredential, PipelineRequest } from '@keyturn/core';

import { headComment, LEDGER_BRANCH } from './explain.ts';
import { checkCommand, checkCredential, checkRotation } from './words.ts';

/** What a pipeline has to do. */
export interface Wanted {
  /** The command that runs keyturn, which downloads nothing: `node_modules/.bin/keyturn`. */
  readonly keyturn: string;
  /** The command that installs it from a lock file: `npm ci --ignore-scripts`. */
  readonly install: string;
  /** The rotations that it is for; all of them where there are none. */
  readonly names: readonly string[];
  /** What the adapters of its rotations read. */
  readonly credentials: readonly PipelineCredential[];
  /** What the CI's own adapter reads. */
  readonly own: readonly PipelineCredential[];
}

/** Of keyturn itself, and so under the name that it reads. */
export const LEDGER_KEY: PipelineCredential = {
  variable: 'KEYTURN_LEDGER_KEY',
  secret: 'KEYTURN_LEDGER_KEY',
  about:
    'signs the ledger, so that what others write there is refused: "openssl rand -base64 32" makes one; without it nothing is signed',
};

/**
 * What adapters read in a pipeline, under names of its own: those that the provider gives them are the ones that are rotated.
 *
 * @throws {KeyturnError} `ADAPTER_INVALID`
 */
export function credentialsOf(
  variables: readonly EnvironmentVariable[],
): readonly PipelineCredential[] {
  return variables.flatMap(({ name, pipeline }) =>
    pipeline === undefined ? [] : [checkCredential({ variable: name, ...pipeline })],
  );
}

/**
 * What an adapter makes a pipeline of.
 *
 * @throws {KeyturnError} `USAGE_INVALID` for what a shell would take for more than a command or a name
 */
export function pipelineRequest({
  keyturn,
  install,
  names,
  credentials,
  own,
}: Wanted): PipelineRequest {
  const needed = [...credentials, LEDGER_KEY];
  const installing = checkCommand(install);
  return {
    head: (where, shown = needed) => headComment(shown, where),
    credentials: needed,
    own,
    install: installing,
    installWithout: (secrets) => `# Nothing downloaded sees the credentials.
(
unset ${secrets.join(' ')}
${installing}
)`,
    fetchLedger,
    rotate: [checkCommand(keyturn), 'rotate', ...names.map((name) => checkRotation(name))].join(
      ' ',
    ),
    keepLedger,
    reset: resetEnvironment,
  };
}

/**
 * Puts the ledger's branch into `.keyturn`. A look-up that fails is no empty ledger: only the exit code 2 says that there is no
 * such branch. Older versions of git, as images have them, know no orphan worktrees.
 */
const fetchLedger = `found=0
git ls-remote --exit-code --heads origin ${LEDGER_BRANCH} > /dev/null || found=$?
case $found in
  0)
    git fetch --quiet --depth 1 origin ${LEDGER_BRANCH}
    git worktree add --quiet --detach .keyturn FETCH_HEAD
    ;;
  2)
    git worktree add --quiet --detach --no-checkout .keyturn
    git -C .keyturn symbolic-ref HEAD refs/heads/${LEDGER_BRANCH}
    git -C .keyturn read-tree --empty
    ;;
  *) exit "$found" ;;
esac`;

/** Adds what the run recorded to the branch. It fails where that cannot be kept. */
const keepLedger = `cd .keyturn
git add --all -- . ':(exclude,glob)*.lock/**' ':(exclude,glob)*.hall/**'
git diff --cached --quiet && exit 0
git -c user.name=keyturn -c user.email=keyturn@invalid commit --quiet --message 'Ledger'
git push --quiet origin HEAD:refs/heads/${LEDGER_BRANCH}`;

/**
 * Lets nothing of the environment go on but what is named. Whoever starts a pipeline, or may change a project's settings, can set
 * variables, and some decide where credentials are sent or what Node runs (`GITLAB_HOST`, `HTTPS_PROXY`, `NODE_OPTIONS`,
 * `npm_config_registry`, …): those that are safe are fewer than those that are not.
 */
function resetEnvironment(kept: readonly string[]): string {
  return `# Nothing that a pipeline was started with goes on but these. What
# your runners need besides (a proxy, certificates, the address of a
# server of your own) is exported below, with its value.
export PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin
for name in $(env | sed -n 's/^\\([A-Za-z_][A-Za-z0-9_]*\\)=.*/\\1/p'); do
  case $name in
    ${['PATH', 'HOME', 'LANG', 'CI', ...kept].join(' | ')}) ;;
    *) unset "$name" ;;
  esac
done`;
}
