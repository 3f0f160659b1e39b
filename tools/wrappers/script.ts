import { readdirSync, readFileSync } from 'node:fs';

import type {
  PipelineCredential,
  PipelineRequest,
  SinkAdapter,
} from '../../packages/core/src/index.ts';
import {
  credentialsOf,
  pipelineRequest,
} from '../../packages/cli/src/scaffold/pipeline/pipeline.ts';
import awsIam from '../../packages/issuer-aws-iam/src/index.ts';
import gitlabToken from '../../packages/issuer-gitlab/src/index.ts';
import planetscale from '../../packages/issuer-planetscale/src/index.ts';
import circleci from '../../packages/sink-circleci/src/index.ts';
import github from '../../packages/sink-github/src/index.ts';
import gitlab from '../../packages/sink-gitlab/src/index.ts';

/** The adapters that a wrapper installs besides the command line, if nothing else is asked for. */
const PACKAGES = [
  'cli',
  'issuer-planetscale',
  'sink-github',
  'sink-gitlab',
  'sink-circleci',
  'store-git',
];

/** Stand for what `init` writes there: the wrappers have scripts of their own in these places. */
const INSTALL = 'INSTALL';
const KEYTURN = 'KEYTURN';

const sinks: Readonly<Record<'gitlab' | 'circleci', SinkAdapter>> = { gitlab, circleci };

/** `@keyturn/cli@1.0.0 …`: what belongs to this release. */
export function defaultPackages(folders: readonly string[] = PACKAGES): string {
  return folders
    .map((folder) => {
      const file = new URL(`../../packages/${folder}/package.json`, import.meta.url);
      const { name, version } = JSON.parse(readFileSync(file, 'utf8')) as {
        name: string;
        version: string;
      };
      return `${name}@${version}`;
    })
    .join(' ');
}

/** The command line and every adapter. */
export function allPackages(): string {
  const folders = readdirSync(new URL('../../packages', import.meta.url));
  return defaultPackages([
    'cli',
    ...folders.filter((folder) => /^(?:issuer|sink|store)-/.test(folder)).toSorted(),
  ]);
}

/** The credentials of all adapters that can run in CI, each once: GitLab is an issuer and a sink. */
export function credentials(): readonly PipelineCredential[] {
  const adapters = [planetscale, awsIam, gitlabToken, github, gitlab, circleci];
  const all = adapters.flatMap(({ env }) => credentialsOf(env));
  return [...new Map(all.map((one) => [one.variable, one])).values()];
}

/**
 * The script that `init` writes for a platform, with three differences: what it installs and runs are inputs, a credential that is not
 * set is left out, and an input names variables that are kept.
 *
 * @param input how the platform writes the value of an input
 */
export function scriptFor(
  platform: 'gitlab' | 'circleci',
  input: (name: string) => string,
): string {
  const adapter = sinks[platform];
  const request = pipelineRequest({
    keyturn: KEYTURN,
    install: INSTALL,
    names: [],
    credentials: credentials(),
    own: credentialsOf(adapter.env),
  });
  const { text } = adapter.ci?.pipeline({ ...request, reset: keeping(request, input) }) ?? {};
  const [, indent = '', script = ''] =
    /\n( *)(?:- \||command: \|)\n([\s\S]*?)(?=\n\n|\n*$)/.exec(text ?? '') ?? [];
  const depth = indent.length + 2;
  return replaced(script.replaceAll(new RegExp(`^ {${depth}}`, 'gm'), ''))
    .trimEnd()
    .concat('\n');
}

/** Unsets all variables but the usual ones and those of the input, and sets those of the wrapper, which nobody else may set. */
function keeping(
  request: PipelineRequest,
  input: (name: string) => string,
): PipelineRequest['reset'] {
  return (names) => {
    const reset = request
      .reset(names)
      .replace(
        /^# Unset all[\s\S]*?(?=\nexport)/,
        '# Variables decide where credentials are sent: only these are kept.',
      )
      .replace(
        '*) unset "$name" ;;',
        '*) case " $kept " in *" $name "*) ;; *) unset "$name" ;; esac ;;',
      );
    return `kept='${input('keep')}'
${reset}
export KEYTURN_PACKAGES='${input('packages')}'
export KEYTURN_COMMAND='${input('command')}'
export KEYTURN_ARGUMENTS='${input('arguments')}'
KEYTURN_FOLDER=$(mktemp -d)/keyturn
export KEYTURN_FOLDER`;
  };
}

function replaced(script: string): string {
  return script
    .replaceAll(/^export (\w+)="\$(KEYTURN_\w+)"$/gm, '[ -z "${$2-}" ] || export $1="$$$2"')
    .replace(new RegExp(`^${INSTALL}$`, 'm'), () => shared('install.sh'))
    .replace(new RegExp(`^${KEYTURN} rotate$`, 'm'), () => shared('run.sh'));
}

/** The lines of a script that all wrappers share. */
function shared(name: string): string {
  return readFileSync(new URL(`../../ci/${name}`, import.meta.url), 'utf8').trimEnd();
}
