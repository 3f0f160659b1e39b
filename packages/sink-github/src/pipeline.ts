import type { CiSystem, Pipeline, PipelineRequest } from '@keyturn/core';

import { reading } from './pipeline-reading.ts';

const RUN = ' '.repeat(10);
const WHERE =
  'best in the environment "keyturn", limited to the default branch, so that no other workflow reads them';

/** GitHub Actions. */
export const ci: CiSystem = {
  title: 'GitHub Actions',
  signs: ['.github/workflows'],
  pipelines: ['.github/workflows'],
  hasWorkflows: true,
  folder: '.github/keyturn',
  setUp:
    'Put the secrets into the environment "keyturn" of the repository (Settings, Environments), limited to the default branch',
  pipeline,
  reading,
};

/** A workflow that runs keyturn every day. Actions are pinned to commits. */
function pipeline(request: PipelineRequest): Pipeline {
  const env = request.credentials.map(
    ({ variable, secret }) => `${RUN}${variable}: \${{ secrets.${secret} }}\n`,
  );
  const text = `${request.head(WHERE)}name: keyturn

on:
  schedule:
    # Every day, so that a grace that is over is not waited for.
    - cron: '23 5 * * *'
  workflow_dispatch:

# Two runs never overlap, and none is cut off in the middle.
concurrency:
  group: keyturn
  cancel-in-progress: false

permissions:
  contents: write # for the ledger's branch

jobs:
  rotate:
    runs-on: ubuntu-24.04
    timeout-minutes: 30
    environment: keyturn
    steps:
      - uses: actions/checkout@de0fac2e4500dabe0009e67214ff5f5447ce83dd # v6.0.2
      - uses: actions/setup-node@53b83947a5a98c8d113130e565377fae1a50d02f # v6.3.0
        with:
          node-version: '24'
      - run: ${request.install}
      - name: Rotate
        run: ${request.rotate}
        env:
${RUN}KEYTURN_STATE: ${request.state}
${env.join('')}${RUN}NPM_CONFIG_IGNORE_SCRIPTS: 'true'
`;
  return { path: '.github/workflows/keyturn.yml', text };
}
