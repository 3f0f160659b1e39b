import { headComment } from './explain.ts';
import {
  credentialsFor,
  fetchLedger,
  indented,
  installLines,
  keepLedger,
  resetEnvironment,
  rotateLine,
  type PipelineRequest,
} from './pipeline.ts';

export const path = '.gitlab/keyturn.yml';

const LINE = ' '.repeat(6);

/**
 * A job of GitLab CI for pipelines of a schedule. Variables of a project go before those of a job, so that the ones that are
 * rotated would hide what keyturn acts with: they are set in the script.
 */
export function gitlabPipeline(request: PipelineRequest): string {
  const { kinds } = request;
  const helper = '!f() { echo username=oauth2; echo "password=$KEYTURN_GITLAB_TOKEN"; }; f';
  const exports = credentialsFor(kinds).map(
    ({ variable, secret }) => `export ${variable}="$${secret}"`,
  );
  const where =
    'as variables that are masked, and protected so that only protected branches read them; and let nobody set pipeline variables (Settings, CI/CD, Variables: "Minimum role to use pipeline variables")';
  const secrets = credentialsFor(withGitlab(kinds)).map(({ secret }) => secret);
  const script = `set -e
${resetEnvironment(['GITLAB_CI', 'CI_PROJECT_PATH', ...secrets])}
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
# Git gets the token for that server alone, and only to move the ledger.
with_git() {
  export GIT_TERMINAL_PROMPT=0 GIT_CONFIG_COUNT=2
  export GIT_CONFIG_KEY_0=credential.helper GIT_CONFIG_VALUE_0=
  export GIT_CONFIG_KEY_1="credential.$server.helper"
  export GIT_CONFIG_VALUE_1='${helper}'
}
(
with_git
${fetchLedger}
)
export NPM_CONFIG_IGNORE_SCRIPTS=true
${installLines(request, secrets)}
${exports.join('\n')}
status=0
${rotateLine(request)} || status=$?
(
with_git
${keepLedger}
)
exit "$status"`;
  return `${headComment(withGitlab(kinds), where)}keyturn:
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
${indented(script, LINE)}
`;
}

/** The ledger's branch is pushed with the same token. */
export function withGitlab(kinds: readonly string[]): readonly string[] {
  return kinds.includes('gitlab') ? kinds : [...kinds, 'gitlab'];
}
