import type { KeyturnError } from '../../contracts/errors.ts';
import type { Run } from '../run/run.ts';

/** Gives the new token its permissions. One that cannot be granted is no use: it is revoked by a later step. */
export async function grant(run: Run, token: string): Promise<void> {
  await run.ledger.confirm();
  try {
    if (run.permissions.length > 0) await run.issuer.grant(token, run.permissions, run.call);
    await run.ledger.append({ type: 'granted', token, permissions: run.permissions });
    await run.runtime.noteShown?.(token, run.permissions);
  } catch (error) {
    await reject(run, token, run.fail(error));
  }
}

/** Proves the new token by using it, before any sink sees it. */
export async function verify(run: Run, token: string): Promise<void> {
  const { credential } = run;
  if (credential === undefined) return;
  try {
    const verification = await run.issuer.verify(credential, run.permissions, run.call);
    if (!verification.ok) throw verification.error;
    await run.ledger.append({ type: 'verified', token });
  } catch (error) {
    await reject(run, token, run.fail(error));
  }
}

async function reject(run: Run, token: string, error: KeyturnError): Promise<void> {
  run.credential = undefined;
  const { hand: _, ...memory } = run.memory;
  run.memory = { ...memory, gaveUp: true };
  await run.ledger.append({ type: 'rejected', token, code: error.code });
}
