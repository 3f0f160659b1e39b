import { credentials, defaultPackages, scriptFor } from './script.ts';

/** The orb for CircleCI: `orbs: { keyturn: keyturn/keyturn@1.0.0 }`. */
export function circleciOrb(): string {
  const script = scriptFor('circleci', (name) => `<< parameters.${name} >>`);
  return `# Made by tools/wrappers/main.ts; the script is the one that "keyturn init" writes.
version: 2.1

description: Rotates the service tokens that your CI uses, with keyturn.

display:
  home_url: https://github.com/keyturn/keyturn
  source_url: https://github.com/keyturn/keyturn/tree/main/orb

commands:
  run:
    description: Installs keyturn, and runs one command of it in a checkout.
    parameters: &parameters
      command:
        type: enum
        enum: [rotate, plan, status, audit, doctor, history]
        default: rotate
        description: The command of keyturn.
      arguments:
        type: string
        default: ''
        description: 'Names of rotations and options, separated by blanks: "ci-circleci --wait".'
      packages:
        type: string
        default: '${defaultPackages()}'
        description: What is installed, each with its exact version. "project" installs what the package-lock.json of the project has.
      keep:
        type: string
        default: ''
        description: Names of variables that keyturn needs besides its credentials, such as HTTPS_PROXY.
    steps:
      - run:
          name: keyturn << parameters.command >>
          command: |
${script.replaceAll(/^(?=.)/gm, ' '.repeat(12))}
jobs:
  # It needs these variables, best in a context that is restricted to those who may rotate:
${credentials()
  .map(({ secret }) => `  #   ${secret}`)
  .join('\n')}
  #   KEYTURN_LEDGER_KEY (signs the ledger)
  # Those of a platform that no rotation uses can be left out. The checkout needs a deploy key that may write, for the ledger.
  rotate:
    description: Checks the project out, and runs one command of keyturn.
    parameters:
      <<: *parameters
      image:
        type: string
        default: cimg/node:24.16.0
        description: An image with Node 22.19 or newer, npm and git. Pin it by its digest.
    docker:
      - image: << parameters.image >>
    resource_class: small
    steps:
      - checkout
      - run:
          command: << parameters.command >>
          arguments: << parameters.arguments >>
          packages: << parameters.packages >>
          keep: << parameters.keep >>

examples:
  daily:
    description: Rotates what is due, by a daily schedule trigger.
    usage:
      version: 2.1
      orbs:
        keyturn: keyturn/keyturn@1.0.0
      workflows:
        keyturn:
          when:
            equal: [scheduled_pipeline, << pipeline.trigger_source >>]
          jobs:
            - keyturn/rotate:
                context: keyturn
                # Two runs never overlap.
                serial-group: << pipeline.project.slug >>/keyturn
`;
}
