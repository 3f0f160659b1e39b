import type { Lessons } from '../run/learned.ts';
import { asKeyturnError, type Run } from '../run/run.ts';

/** Gives the new token its permissions. One that cannot be granted is no use: it is revoked by a later step. */
export async function* grant(run: Run, token: string): Lessons {
  const { permissions } = run.learned;
  await run.ledger.confirm();
  try {
    if (permissions.length > 0) await run.issuer.grant(token, permissions, run.call);
    await run.ledger.append({ type: 'granted', token, permissions });
  } catch (error) {
    yield* reject(run, token, error);
  }
}

/** Proves the new token by using it, before any sink sees it. */
export async function* verify(run: Run, token: string): Lessons {
  const { credential, permissions } = run.learned;
  if (credential === undefined) return;
  try {
    const verification = await run.issuer.verify(credential, permissions, run.call);
    if (!verification.ok) throw verification.error;
    await run.ledger.append({ type: 'verified', token });
  } catch (error) {
    yield* reject(run, token, error);
  }
}

async function* reject(run: Run, token: string, thrown: unknown): Lessons {
  const error = asKeyturnError(thrown);
  yield { error, credential: undefined, memory: { gaveUp: true } };
  await run.ledger.append({ type: 'rejected', token, code: error.code });
}
