import type { PipelineCredential } from '@keyturn/core';

import { wrap } from '../../output/wrap.ts';

/** The branch that the ledger is kept on. */
export const LEDGER_BRANCH = 'keyturn-ledger';

const WIDTH = 74;

/** The head of a pipeline: what it does, what it needs, and why the ledger is kept as it is. */
export function headComment(needed: readonly PipelineCredential[], where: string): string {
  const credentials = needed.flatMap(({ secret, about }) => [
    `  ${secret}`,
    ...wrap(about, WIDTH - 6).map((line) => `      ${line}`),
  ]);
  return comment([
    'Replaces the tokens that are due, and revokes those whose grace is over.',
    'Made by "keyturn init".',
    '',
    ...wrap(`It needs these secrets, ${where}:`, WIDTH),
    ...credentials,
    '',
    ...wrap(
      `The ledger says which tokens exist and which place may hold which. It is kept on the branch ${LEDGER_BRANCH}: a cache may be dropped and an artifact expires, and with the ledger would go the knowledge of what to revoke. It is not secret, but who may write it can have tokens of these rotations revoked too early: sign it, and let nobody else push to that branch.`,
      WIDTH,
    ),
  ]);
}

/** Text in comments, at most 76 columns wide. */
function comment(lines: readonly string[]): string {
  return lines.map((line) => `#${line === '' ? '' : ` ${line}`}\n`).join('');
}
