import type { Environment } from './environment.ts';

/** GitHub's events that run for what a fork proposes. docs: events-that-trigger-workflows. */
const GITHUB = /^(?:pull_request(?:_target|_review|_review_comment)?|workflow_run)$/;

/** The variables that say whether a job is that of a fork, for help texts. */
export const forkVariables = [
  'GITHUB_EVENT_NAME',
  'GITHUB_EVENT_PATH',
  'CI_MERGE_REQUEST_SOURCE_PROJECT_ID',
  'CIRCLE_PR_USERNAME',
] as const;

/**
 * Whether this is a job for what a fork proposes, as CI's own variables tell: then the files here are somebody else's. If the event
 * cannot be read, it may be. A program that is told by an adapter instead could be made blind by a proposal that removes it.
 */
export function isOfFork(env: Environment): boolean | Promise<boolean> {
  if (isForkOnGitLab(env) || isForkOnCircle(env)) return true;
  if (!GITHUB.test(env['GITHUB_EVENT_NAME'] ?? '')) return false;
  return import('./github-event.ts').then((event) => event.isOfFork(env['GITHUB_EVENT_PATH']));
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
