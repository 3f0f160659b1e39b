import { headComment } from './explain.ts';
import {
  credentialsFor,
  fetchLedger,
  indented,
  keepLedger,
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
  const { install, kinds } = request;
  const exports = credentialsFor(kinds).map(
    ({ variable, secret }) => `export ${variable}="$${secret}"`,
  );
  const where =
    'as variables that are masked, and protected so that only protected branches read them';
  const helper = '!f() { echo username=oauth2; echo "password=$KEYTURN_GITLAB_TOKEN"; }; f';
  const script = `set -e
git remote set-url origin "$CI_PROJECT_URL.git"
git config credential.helper '${helper}'
${fetchLedger}
${install === undefined ? '' : `${install}\n`}export NPM_CONFIG_IGNORE_SCRIPTS=true
${exports.join('\n')}
status=0
${rotateLine(request)} || status=$?
(
${indented(keepLedger, '  ')}
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
