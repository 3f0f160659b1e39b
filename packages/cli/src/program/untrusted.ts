import type { Environment } from '@keyturn/core';

import type { OptionSpec } from './spec.ts';

export const untrustedOption: OptionSpec = {
  flags: '--untrusted',
  description: 'the files here are not yours: run none of them, ask no address of theirs',
};

/** GitHub's events that run for what a fork proposes. docs: events-that-trigger-workflows. */
const GITHUB = /^(?:pull_request(?:_target|_review|_review_comment)?|workflow_run)$/;

/** Whether the files are somebody else's: by the option, or since the job is that of a fork, as CI's own variables tell. */
export function isUntrusted(
  { untrusted }: { readonly untrusted?: boolean },
  env: Environment,
): boolean | Promise<boolean> {
  if (untrusted === true || isForkOnGitLab(env) || isForkOnCircle(env)) return true;
  if (!GITHUB.test(env['GITHUB_EVENT_NAME'] ?? '')) return false;
  return import('./github-event.ts').then(({ isOfFork }) => isOfFork(env['GITHUB_EVENT_PATH']));
}

/**
 * A merge request of another project. CI_PROJECT_ID is where the pipeline runs; the source is always told.
 * docs: ci/variables/predefined_variables.
 */
function isForkOnGitLab(env: Environment): boolean {
  const source = env['CI_MERGE_REQUEST_SOURCE_PROJECT_ID'] ?? '';
  const target = env['CI_MERGE_REQUEST_PROJECT_ID'] || env['CI_PROJECT_ID'];
  const isMergeRequest =
    source !== '' ||
    env['CI_PIPELINE_SOURCE'] === 'merge_request_event' ||
    env['CI_PIPELINE_SOURCE'] === 'external_pull_request_event';
  // A pull request of GitHub, mirrored: their names in its place.
  const mirrored = env['CI_EXTERNAL_PULL_REQUEST_SOURCE_REPOSITORY'] ?? '';
  if (source === '' && mirrored !== '')
    return mirrored !== env['CI_EXTERNAL_PULL_REQUEST_TARGET_REPOSITORY'];
  return isMergeRequest && source !== target;
}

/** Set for pull requests of forks alone. docs: reference/variables. */
function isForkOnCircle(env: Environment): boolean {
  return ['CIRCLE_PR_NUMBER', 'CIRCLE_PR_USERNAME', 'CIRCLE_PR_REPONAME'].some(
    (name) => (env[name] ?? '') !== '',
  );
}
