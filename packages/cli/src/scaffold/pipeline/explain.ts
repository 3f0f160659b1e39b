import type { PipelineCredential } from '@keyturn/core';

import { wrap } from '../../output/wrap.ts';

/** The branch of the ledger. */
export const LEDGER_BRANCH = 'keyturn-ledger';
/** Where pipelines keep the ledger: on that branch of the remote of the checkout. */
export const LEDGER_STATE = `git:origin#${LEDGER_BRANCH}`;

const WIDTH = 74;

/** The comment at the top of a pipeline: what it does, what it needs, and how it stores the ledger. */
export function headComment(needed: readonly PipelineCredential[], where: string): string {
  const credentials = needed.flatMap(({ secret, about }) => [
    `  ${secret}`,
    ...wrap(about, WIDTH - 6).map((line) => `      ${line}`),
  ]);
  return comment([
    'Replaces tokens that are due, and revokes old ones after their grace period.',
    'Created by "keyturn init".',
    '',
    ...wrap(`It needs these secrets, ${where}:`, WIDTH),
    ...credentials,
    '',
    ...wrap(
      `The ledger records which tokens exist and which place may contain which. keyturn keeps it on the branch ${LEDGER_BRANCH}, and pushes each record before it acts, so that nothing is lost with the runner. The ledger is not secret, but anybody who can write to it can have tokens of these rotations revoked too early: sign it, and do not allow anybody else to push to that branch.`,
      WIDTH,
    ),
  ]);
}

/** Text in comments, at most 76 columns wide. */
function comment(lines: readonly string[]): string {
  return lines.map((line) => `#${line === '' ? '' : ` ${line}`}\n`).join('');
}
