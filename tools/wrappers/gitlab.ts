import { credentials, defaultPackages, scriptFor } from './script.ts';

/** The CI/CD component for GitLab: `include: [{ component: …/rotate@1 }]`. */
export function gitlabComponent(): string {
  const script = scriptFor('gitlab', (name) => `$[[ inputs.${name} ]]`);
  return `# Made by tools/wrappers/main.ts; the script is the one that "keyturn init" writes.
spec:
  inputs:
    job-name:
      default: keyturn
      description: The name of the job.
    stage:
      default: deploy
      description: The stage of the job.
    image:
      default: node:24.18.0-bookworm
      description: An image with Node 22.19 or newer, npm and git. Pin it by its digest.
    command:
      default: rotate
      options: [rotate, plan, status, audit, doctor, history]
      description: The command of keyturn.
    arguments:
      default: ''
      regex: ^[A-Za-z0-9 ._/:=,-]*$
      description: 'Names of rotations and options, separated by blanks: "ci-gitlab --wait".'
    packages:
      default: '${defaultPackages()}'
      regex: ^(project|[A-Za-z0-9 @._/-]+)$
      description: What is installed, each with its exact version. "project" installs what the package-lock.json of the project has.
    keep:
      default: ''
      regex: ^[A-Za-z0-9_ ]*$
      description: Names of variables that keyturn needs besides its credentials, such as HTTPS_PROXY. Whoever can start a pipeline with variables can set them.
    when:
      default: $CI_PIPELINE_SOURCE == "schedule" && $CI_COMMIT_BRANCH == $CI_DEFAULT_BRANCH
      description: The pipelines in which the job runs.
---
# It needs these variables of the project, masked and protected:
${credentials()
  .map(({ secret }) => `#   ${secret}`)
  .join('\n')}
#   KEYTURN_LEDGER_KEY (signs the ledger)
# Those of a platform that no rotation uses can be left out. KEYTURN_GITLAB_TOKEN pushes the branch of the ledger.
'$[[ inputs.job-name ]]':
  stage: $[[ inputs.stage ]]
  image: $[[ inputs.image ]]
  rules:
    - if: $[[ inputs.when ]]
  # Two runs never overlap, and none is cut off in the middle.
  resource_group: keyturn
  interruptible: false
  timeout: 30 minutes
  variables:
    GIT_STRATEGY: clone
  script:
    - |
${script.replaceAll(/^(?=.)/gm, ' '.repeat(6))}`;
}
