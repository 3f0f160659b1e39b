import type { Step } from '../../machine/decide.ts';
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
      await run.request.issuer.revoke(token, run.call);
    } catch (error) {
      run.fail(asKeyturnError(error));
      run.remember({ unrevoked: new Set([...run.memory.unrevoked, token]) });
      continue;
    }
    await run.ledger.append({ type: 'revoked', token });
    run.revoked.push(token);
  }
}
