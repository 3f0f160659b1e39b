import type { CiSystem, Pipeline, PipelineRequest } from '@keyturn/core';

import { reading } from './pipeline-reading.ts';

const LINE = ' '.repeat(6);
const PATH = '.gitlab/keyturn.yml';
const WHERE =
  'as variables that are masked, and protected so that only protected branches read them; and let nobody set pipeline variables (Settings, CI/CD, Variables: "Minimum role to use pipeline variables")';

/** GitLab CI. */
export const ci: CiSystem = {
  title: 'GitLab CI',
  signs: ['.gitlab-ci.yml'],
  pipelines: ['.gitlab-ci.yml', PATH],
  folder: '.gitlab/keyturn',
  setUp:
    'Put the variables into the project (Settings, CI/CD), masked and protected, and make a daily pipeline schedule (Build, Pipeline schedules)',
  pushesWithOwn: true,
  pipeline,
  reading,
};

/**
 * A job for pipelines of a schedule. Variables of a project go before those of a job, so that the ones that are
 * rotated would hide what keyturn acts with: they are set in the script. The ledger's branch is pushed with the same token.
 */
function pipeline(request: PipelineRequest): Pipeline {
  const isOwn = (name: string): boolean => request.own.some(({ secret }) => secret === name);
  const needed = [
    ...request.credentials,
    ...request.own.filter(
      ({ secret }) => !request.credentials.some((one) => one.secret === secret),
    ),
  ];
  const secrets = needed.map(({ secret }) => secret);
  const token = secrets.find(isOwn) ?? '';
  const exports = request.credentials.map(
    ({ variable, secret }) => `export ${variable}="$${secret}"`,
  );
  const script = `set -e
${request.reset(['GITLAB_CI', 'CI_PROJECT_PATH', ...secrets])}
# The runner knows from GitLab itself where the project is: a variable
# could say another server.
origin=$(git config --get remote.origin.url | sed 's|//[^/@]*@|//|')
server=\${origin%"/$CI_PROJECT_PATH.git"}
case $server in
  "$origin" | *[!A-Za-z0-9._:/-]*) echo "$origin is another project than the job's." >&2; exit 2 ;;
  https://*) ;;
  *) echo "$server is not https." >&2; exit 2 ;;
esac
git remote set-url origin "$origin"
export GITLAB_HOST="$server"
export NPM_CONFIG_IGNORE_SCRIPTS=true
${request.installWithout(secrets)}
${exports.join('\n')}
# Only that server gets the token, to push the branch of the ledger.
login=$(printf 'oauth2:%s' "$${token}" | base64 | tr -d '\\n')
export GIT_CONFIG_COUNT=1 GIT_CONFIG_KEY_0="http.$server/.extraHeader"
export GIT_CONFIG_VALUE_0="Authorization: Basic $login"
export KEYTURN_STATE=${request.state}
${request.rotate}`;
  const text = `${request.head(WHERE, needed)}keyturn:
  image: node:24.18.0-bookworm
  rules:
    - if: $CI_PIPELINE_SOURCE == "schedule" && $CI_COMMIT_BRANCH == $CI_DEFAULT_BRANCH
  # Two runs never overlap, and none is cut off in the middle.
  resource_group: keyturn
  interruptible: false
  timeout: 30 minutes
  variables:
    GIT_STRATEGY: clone
  script:
    - |
${script.replaceAll(/^(?=.)/gm, LINE)}
`;
  return {
    path: PATH,
    text,
    root: {
      path: '.gitlab-ci.yml',
      text: `include:\n  - local: ${PATH}\n`,
      mark: PATH,
      todo: `Include ${PATH} from .gitlab-ci.yml: "include: [{ local: ${PATH} }]".`,
    },
  };
}
