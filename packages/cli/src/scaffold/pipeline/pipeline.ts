import type { EnvironmentVariable, PipelineCredential, PipelineRequest } from '@keyturn/core';

import { headComment, LEDGER_STATE } from './explain.ts';
import { checkCommand, checkCredential, checkRotation } from './words.ts';

/** What a pipeline does. */
export interface Wanted {
  /** The command that runs keyturn without a download: `node_modules/.bin/keyturn`. */
  readonly keyturn: string;
  /** The command that installs it from a lock file: `npm ci --ignore-scripts`. */
  readonly install: string;
  /** The rotations to run; empty for all. */
  readonly names: readonly string[];
  /** The credentials that the adapters of its rotations read. */
  readonly credentials: readonly PipelineCredential[];
  /** The credentials that the adapter of the CI reads. */
  readonly own: readonly PipelineCredential[];
}

/** A credential of keyturn itself, under the name that it reads. */
export const LEDGER_KEY: PipelineCredential = {
  variable: 'KEYTURN_LEDGER_KEY',
  secret: 'KEYTURN_LEDGER_KEY',
  about:
    'signs the ledger, so that records of others are rejected; create one with "openssl rand -base64 32"; without it, nothing is signed',
};

/** The address of a monitor that is requested after every good run: whoever has it can keep the monitor quiet. */
export const HEARTBEAT: PipelineCredential = {
  variable: 'KEYTURN_HEARTBEAT_URL',
  secret: 'KEYTURN_HEARTBEAT_URL',
  about: 'the URL of your monitor, which is requested after every good run',
};

/**
 * The credentials that adapters read in a pipeline, under other names than the usual ones, which belong to the rotated tokens.
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
 * The parts from which an adapter builds a pipeline.
 *
 * @throws {KeyturnError} `USAGE_INVALID` for a command or name with special characters of a shell
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
    installWithout: (secrets) => `# Downloaded code must not see the credentials.
(
unset ${secrets.join(' ')}
${installing}
)`,
    state: LEDGER_STATE,
    rotate: [checkCommand(keyturn), 'rotate', ...names.map((name) => checkRotation(name))].join(
      ' ',
    ),
    reset: resetEnvironment,
  };
}

/**
 * Unsets all variables except the given ones. Anybody who starts a pipeline or changes the settings of a project can set variables,
 * and some decide where credentials are sent or what Node runs (`HTTPS_PROXY`, `NODE_OPTIONS`, `npm_config_registry`, …), so the safe
 * ones are listed.
 */
function resetEnvironment(kept: readonly string[]): string {
  return `# Unset all variables except these. Export below, with a value, what
# else your runners need: a proxy, certificates, the address of a
# server of your own.
export PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin
for name in $(env | sed -n 's/^\\([A-Za-z_][A-Za-z0-9_]*\\)=.*/\\1/p'); do
  case $name in
    ${['PATH', 'HOME', 'LANG', 'CI', ...kept].join(' | ')}) ;;
    *) unset "$name" ;;
  esac
done`;
}
