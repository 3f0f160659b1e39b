import { neverReady, runInterrupted } from '../../messages.ts';
import type { Lessons } from '../run/learned.ts';
import { asKeyturnError, type Run } from '../run/run.ts';
import { waitUntil } from '../run/wait.ts';

/** Gives the new token its permissions. One that cannot be granted is no use: it is revoked by a later step. */
export async function* grant(run: Run, token: string): Lessons {
  const { permissions } = run.learned;
  const isGranted = run.issuer.supports.permissions === 'grant';
  await run.ledger.confirm();
  try {
    if (isGranted && permissions.length > 0) await run.issuer.grant(token, permissions, run.call);
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
    await untilReady(run, token);
    const verification = await run.issuer.verify(credential, permissions, run.call);
    if (!verification.ok) throw verification.error;
    await run.ledger.append({ type: 'verified', token });
  } catch (error) {
    yield* reject(run, token, error);
  }
}

/** Tries with growing pauses, two minutes in all. */
const MOST_TRIES = 12;

async function untilReady(run: Run, token: string): Promise<void> {
  const { issuer, call, runtime } = run;
  if (issuer.ready === undefined) return;
  for (let tries = 1; !(await issuer.ready(token, call)); tries++) {
    if (tries === MOST_TRIES) throw neverReady(issuer.id, token);
    await waitUntil(run, runtime.clock.now() + Math.min(15_000, 500 * 2 ** tries));
    if (run.interrupted) throw runInterrupted();
  }
}

async function* reject(run: Run, token: string, thrown: unknown): Lessons {
  const error = asKeyturnError(thrown);
  yield { error, credential: undefined, memory: { gaveUp: true } };
  await run.ledger.append({ type: 'rejected', token, code: error.code });
}
