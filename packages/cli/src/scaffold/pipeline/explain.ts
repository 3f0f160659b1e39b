import { comment, credentialsFor, LEDGER_BRANCH } from './pipeline.ts';
import { wrap } from '../../output/wrap.ts';

const WIDTH = 74;

/** The head of a pipeline: what it does, what it needs, and why the ledger is kept as it is. */
export function headComment(kinds: readonly string[], where: string): string {
  const credentials = credentialsFor(kinds).flatMap(({ secret, about }) => [
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
