import { checkCommand, checkRotation } from './words.ts';

/** The CI systems that a pipeline can be made for. */
export const systems = ['github', 'gitlab', 'circleci'] as const;
export type System = (typeof systems)[number];

/** What the pipeline has to do. */
export interface PipelineRequest {
  /** The command that runs keyturn, which downloads nothing: `node_modules/.bin/keyturn`. */
  readonly keyturn: string;
  /** The command that installs it from a lock file: `npm ci --ignore-scripts`. */
  readonly install: string;
  /** The rotations that it is for; all of them where there are none. */
  readonly names: readonly string[];
  /** The kinds of the sinks, for their credentials. */
  readonly kinds: readonly string[];
}

/** A variable that keyturn reads, and the secret of the pipeline that fills it. */
export interface Credential {
  readonly variable: string;
  readonly secret: string;
  readonly about: string;
}

/** Of keyturn itself, and so under the name that it reads. */
export const LEDGER_KEY: Credential = {
  variable: 'KEYTURN_LEDGER_KEY',
  secret: 'KEYTURN_LEDGER_KEY',
  about:
    'signs the ledger, so that what others write there is refused: "openssl rand -base64 32" makes one; without it nothing is signed',
};

const OF_ISSUER: readonly Credential[] = [
  {
    variable: 'PLANETSCALE_SERVICE_TOKEN_ID',
    secret: 'KEYTURN_PLANETSCALE_TOKEN_ID',
    about: 'the id of a service token for keyturn alone, and',
  },
  {
    variable: 'PLANETSCALE_SERVICE_TOKEN',
    secret: 'KEYTURN_PLANETSCALE_TOKEN',
    about:
      'its secret: with read_service_tokens, write_service_tokens, delete_service_tokens and every permission of the tokens that it rotates',
  },
];

const OF_SINKS: Readonly<Record<string, readonly Credential[]>> = {
  github: [
    {
      variable: 'GITHUB_TOKEN',
      secret: 'KEYTURN_GITHUB_TOKEN',
      about:
        'a fine-grained token for the repositories, with "Secrets: write" and where there are environments "Environments: write"; the one of the job may not write secrets',
    },
  ],
  gitlab: [
    {
      variable: 'GITLAB_TOKEN',
      secret: 'KEYTURN_GITLAB_TOKEN',
      about: 'a project or group access token of a Maintainer (of an Owner for groups), scope api',
    },
  ],
  circleci: [
    {
      variable: 'CIRCLECI_TOKEN',
      secret: 'KEYTURN_CIRCLECI_TOKEN',
      about: 'a personal API token of somebody who may change the variables',
    },
  ],
};

/**
 * What a pipeline needs, under names of its own: those that the provider gives them are the ones that are rotated.
 */
export function credentialsFor(kinds: readonly string[]): readonly Credential[] {
  const known = kinds.filter((kind) => Object.hasOwn(OF_SINKS, kind));
  return [...OF_ISSUER, ...known.flatMap((kind) => OF_SINKS[kind] ?? []), LEDGER_KEY];
}

/** The branch that the ledger is kept on. */
export const LEDGER_BRANCH = 'keyturn-ledger';

/**
 * Puts the ledger's branch into `.keyturn`. A look-up that fails is no empty ledger: only the exit code 2 says that there is no
 * such branch. Older versions of git, as images have them, know no orphan worktrees.
 */
export const fetchLedger = `found=0
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
export const keepLedger = `cd .keyturn
git add --all -- . ':(exclude,glob)*.lock/**' ':(exclude,glob)*.hall/**'
git diff --cached --quiet && exit 0
git -c user.name=keyturn -c user.email=keyturn@invalid commit --quiet --message 'Ledger'
git push --quiet origin HEAD:refs/heads/${LEDGER_BRANCH}`;

/**
 * Lets nothing of the environment go on but what is named. Whoever starts a pipeline, or may change a project's settings, can set
 * variables, and some decide where credentials are sent or what Node runs (`GITLAB_HOST`, `HTTPS_PROXY`, `NODE_OPTIONS`,
 * `npm_config_registry`, …): those that are safe are fewer than those that are not.
 */
export function resetEnvironment(kept: readonly string[]): string {
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

/**
 * What the pipeline runs.
 *
 * @throws {KeyturnError} `USAGE_INVALID` for what a shell would take for more
 */
export function rotateLine({ keyturn, names }: PipelineRequest): string {
  return [checkCommand(keyturn), 'rotate', ...names.map((name) => checkRotation(name))].join(' ');
}

/** Installs keyturn in a shell of its own, where the credentials are not. */
export function installLines({ install }: PipelineRequest, secrets: readonly string[]): string {
  return `# Nothing downloaded sees the credentials.
(
unset ${secrets.join(' ')}
${checkCommand(install)}
)`;
}

/** Text in comments, at most 76 columns wide. */
export function comment(lines: readonly string[], indent = ''): string {
  return lines.map((line) => `${indent}#${line === '' ? '' : ` ${line}`}\n`).join('');
}

export function indented(text: string, indent: string): string {
  return text.replaceAll(/^(?=.)/gm, indent);
}
