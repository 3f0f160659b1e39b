import { headComment } from './explain.ts';
import {
  credentialsFor,
  fetchLedger,
  indented,
  keepLedger,
  rotateLine,
  type PipelineRequest,
} from './pipeline.ts';
import { checkCommand } from './words.ts';

export const path = '.github/workflows/keyturn.yml';

const RUN = ' '.repeat(10);

/** A workflow of GitHub Actions that runs keyturn every day. Actions are pinned to commits. */
export function githubPipeline(request: PipelineRequest): string {
  const { kinds } = request;
  const env = credentialsFor(kinds).map(
    ({ variable, secret }) => `${RUN}${variable}: \${{ secrets.${secret} }}\n`,
  );
  const where =
    'best in the environment "keyturn", limited to the default branch, so that no other workflow reads them';
  return `${headComment(kinds, where)}name: keyturn

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
      - run: ${checkCommand(request.install)}
      - name: Fetch the ledger
        id: ledger
        run: |
${indented(fetchLedger, RUN)}
      - name: Rotate
        run: ${rotateLine(request)}
        env:
${env.join('')}${RUN}NPM_CONFIG_IGNORE_SCRIPTS: 'true'
      - name: Keep the ledger
        if: always() && steps.ledger.outcome == 'success'
        run: |
${indented(keepLedger, RUN)}
`;
}
