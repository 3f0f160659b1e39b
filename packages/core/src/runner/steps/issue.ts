import type { RotationEvent } from '../../ledger/event.ts';
import { identityOf } from '../../ledger/place.ts';
import { summarise, type RotationState } from '../../ledger/state.ts';
import type { Step } from '../../machine/step.ts';
import type { IssueRequest } from '../../contracts/issuer.ts';
import { idReused } from '../../messages.ts';
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
  const { state } = ledger;
  let before: readonly string[] | undefined;
  try {
    before = await existing(run);
  } catch (error) {
    yield { error: asKeyturnError(error), memory: { gaveUp: true } };
    return;
  }
  const started = { type: 'started', label, reason, ...(before && { known: before }) } as const;
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
      { label, ...(ttl !== undefined && { ttl }), ...permissionsOf(run) },
      run.call,
    );
    if (isKnown(state, credential.token.id)) throw idReused(run.issuer.id, credential.token.id);
    // Without a label, nothing but this machine knows that it is ours: others can write the ledger.
    if (run.issuer.supports.find === 'candidates') await runtime.noteIssued?.(credential.token.id);
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

/** The tokens that there are, for an issuer whose tokens can be told from ours only by having been there before. */
async function existing({ issuer, call }: Run): Promise<readonly string[] | undefined> {
  if (issuer.supports.find === 'label') return undefined;
  const ids: string[] = [];
  for await (const { id } of issuer.list(call)) ids.push(id);
  return ids;
}

function permissionsOf({ issuer, learned, request, ledger }: Run): Partial<IssueRequest> {
  if (issuer.supports.permissions !== 'issue') return {};
  const like = ledger.state.current ?? request.replaces;
  return { permissions: learned.permissions, ...(like !== undefined && { like }) };
}

/** A token that is named like an earlier one could not be told from it when that is revoked. */
function isKnown({ tokens, revoked }: RotationState, id: string): boolean {
  return tokens.has(id) || revoked.includes(id);
}
