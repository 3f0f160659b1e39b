import type { Step } from '../../machine/decide.ts';
import { KeyturnError } from '../../errors.ts';
import { asKeyturnError, type Run } from '../run.ts';

/** Ends tokens that no sink may hold. One that cannot be revoked now is tried again by every later run. */
export async function revoke(
  run: Run,
  { tokens }: Extract<Step, { type: 'revoke' }>,
): Promise<void> {
  for (const token of tokens) {
    if (run.interrupted) return;
    await run.ledger.append({ type: 'revoking', token });
    try {
      const revocation = await run.request.issuer.revoke(token, run.call);
      if (revocation === 'gone' && isYoung(run, token)) throw notSeen(token);
    } catch (error) {
      run.fail(asKeyturnError(error));
      run.remember({ unrevoked: new Set([...run.memory.unrevoked, token]) });
      continue;
    }
    await run.ledger.append({ type: 'revoked', token });
    run.revoked.push(token);
  }
}

/** An issuer may be slow to show a token that it has created: that such a one is not seen proves nothing. */
function isYoung(run: Run, token: string): boolean {
  const issuedAt = run.ledger.state.tokens.get(token)?.ref.issuedAt ?? '';
  return run.runtime.clock.now() < Date.parse(issuedAt) + run.intent.policy.settle;
}

function notSeen(token: string): KeyturnError {
  return new KeyturnError(
    'TOKEN_NOT_FOUND',
    `token ${token} was created, and the issuer does not show it yet`,
    {
      hint: 'Run it again in a few minutes: it will be revoked then.',
    },
  );
}
