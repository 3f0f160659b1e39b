import type { Lessons } from '../run/learned.ts';
import { asKeyturnError, type Run } from '../run/run.ts';
import { mayEnd } from './revoke.ts';

/** Stops tokens that no sink may hold from working, while that can still be taken back. They are revoked after the pause. */
export async function* disable(run: Run, tokens: readonly string[]): Lessons {
  for (const token of tokens) {
    if (run.interrupted) return;
    if (!(yield* mayEnd(run, token))) continue;
    await run.ledger.append({ type: 'disabling', token });
    try {
      await run.ledger.confirm();
      await run.issuer.disable?.(token, run.call);
    } catch (thrown) {
      const error = asKeyturnError(thrown);
      // What does not exist does not work; whether it is gone is proved by its revocation.
      if (error.code !== 'TOKEN_NOT_FOUND') {
        yield { error, memory: { unrevoked: new Set([token]) } };
        continue;
      }
    }
    await run.ledger.append({ type: 'disabled', token });
  }
}
