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

export const path = '.circleci/config.yml';

const LINE = ' '.repeat(12);

/** A configuration of CircleCI whose workflow runs for scheduled pipelines. Contexts are exported in the step: it knows no other way. */
export function circleciPipeline(request: PipelineRequest): string {
  const { kinds } = request;
  const exports = credentialsFor(kinds).map(
    ({ variable, secret }) => `export ${variable}="$${secret}"`,
  );
  const reset = resetEnvironment(['CIRCLECI', 'SSH_AUTH_SOCK']);
  const secrets = credentialsFor(kinds).map(({ secret }) => secret);
  const script = `${resetEnvironment(['CIRCLECI', ...secrets])}
export NPM_CONFIG_IGNORE_SCRIPTS=true
${installLines(request, secrets)}
${exports.join('\n')}
${rotateLine(request)}`;
  const where =
    'in the context "keyturn", restricted to those who may rotate; the checkout needs a deploy key that may write, for the ledger';
  return `${headComment(kinds, where)}version: 2.1

jobs:
  keyturn:
    docker:
      - image: cimg/node:24.16.0
    resource_class: small
    steps:
      - checkout
      - run:
          name: Fetch the ledger
          command: |
${indented(`${reset}\n${fetchLedger}`, LINE)}
      - run:
          name: Rotate
          command: |
${indented(script, LINE)}
      - run:
          name: Keep the ledger
          when: always
          command: |
${indented(`${reset}\n${keepLedger}`, LINE)}

workflows:
  keyturn:
    when:
      equal: [scheduled_pipeline, << pipeline.trigger_source >>]
    jobs:
      - keyturn:
          context: keyturn
          # Two runs never overlap.
          serial-group: << pipeline.project.slug >>/keyturn
`;
}
