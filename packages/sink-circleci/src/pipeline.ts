import type { CiSystem, Pipeline, PipelineRequest } from '@keyturn/core';

import { reading } from './pipeline-reading.ts';

const LINE = ' '.repeat(12);
const PATH = '.circleci/config.yml';
const ASIDE = '.circleci/keyturn.yml';
const WHERE =
  'in the context "keyturn", restricted to those who may rotate; the checkout needs a deploy key that may write, for the ledger';

/** CircleCI. A remote at GitHub may be built by it or not: only its file says so. */
export const ci: CiSystem = {
  title: 'CircleCI',
  signs: [PATH],
  isInferred: false,
  pipelines: [PATH],
  folder: '.circleci/keyturn',
  setUp:
    'Put the variables into a context "keyturn", give the project a deploy key that may write, and add a daily schedule trigger (Project Settings)',
  pipeline,
  reading,
};

/** A configuration whose workflow runs for scheduled pipelines. Contexts are exported in the step: it knows no other way. */
function pipeline(request: PipelineRequest): Pipeline {
  const secrets = request.credentials.map(({ secret }) => secret);
  const exports = request.credentials.map(
    ({ variable, secret }) => `export ${variable}="$${secret}"`,
  );
  const script = `${request.reset(['CIRCLECI', 'SSH_AUTH_SOCK', ...secrets])}
export NPM_CONFIG_IGNORE_SCRIPTS=true
${request.installWithout(secrets)}
${exports.join('\n')}
export KEYTURN_STATE=${request.state}
${request.rotate}`;
  const text = `${request.head(WHERE)}version: 2.1

jobs:
  keyturn:
    docker:
      - image: cimg/node:24.16.0
    resource_class: small
    steps:
      - checkout
      - run:
          name: Rotate
          command: |
${indented(script)}

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
  return {
    path: PATH,
    text,
    aside: {
      path: ASIDE,
      todo: `Merge the job and the workflow of ${ASIDE} into ${PATH}: CircleCI reads that alone.`,
    },
  };
}

function indented(lines: string): string {
  return lines.replaceAll(/^(?=.)/gm, LINE);
}
