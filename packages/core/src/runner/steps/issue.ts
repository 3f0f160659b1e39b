import type { RotationEvent } from '../../ledger/event.ts';
import { identityOf } from '../../ledger/place.ts';
import { summarise } from '../../ledger/state.ts';
import type { Step } from '../../machine/step.ts';
import { newLabel } from '../run/label.ts';
import type { Lessons } from '../run/learned.ts';
import { asKeyturnError, type Run } from '../run/run.ts';

/**
 * Asks for a token under a label that is recorded first, so that it can be found again whatever happens.
 * A lost answer leaves the attempt open: the next step looks for its label.
 */
export async function* issue(run: Run, { reason }: Extract<Step, { type: 'issue' }>): Lessons {
  const { request, runtime, ledger } = run;
  const { ttl } = run.spans;
  const label = newLabel(request.name, runtime.clock.now(), runtime.random);
  const started = { type: 'started', label, reason } as const;
  const { state } = ledger;
  const events: RotationEvent[] = [];
  if (state.rotation === '' || state.chapterUsed)
    events.push({ type: 'opened', rotation: request.name, summary: summarise(state) });
  if (state.issuer === undefined)
    events.push({ type: 'identified', issuer: identityOf(run.issuer), places: {} });
  await ledger.append(...events, started);
  yield { memory: { asked: run.memory.asked + 1 } };
  await ledger.confirm();
  try {
    const credential = await run.issuer.issue(
      { label, ...(ttl !== undefined && { ttl }) },
      run.call,
    );
    await ledger.append({ type: 'issued', label, token: credential.token });
    yield { credential };
  } catch (error) {
    const known = asKeyturnError(error);
    if (known.effect === 'none') {
      yield { error: known };
      await ledger.append({ type: 'declined', label, code: known.code });
      yield { memory: { gaveUp: true } };
    } else {
      yield { lost: known };
      await ledger.append({ type: 'lost', label, reason: known.code });
    }
  }
}
