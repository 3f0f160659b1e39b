import { tokenNotFound } from '../../messages.ts';
import { inStep } from '../../machine/due.ts';
import { seenElsewhere } from '../run/first-contact.ts';
import type { Lessons } from '../run/learned.ts';
import { refOf } from '../run/ref.ts';
import { asKeyturnError, type Run } from '../run/run.ts';
import { refuseIssuedElsewhere } from '../run/shared.ts';

/**
 * Takes over a token that was in use before keyturn's first one, and that the user names only now: it is replaced already,
 * so it gets its grace and is revoked after that.
 */
export async function* takeOver(run: Run, token: string): Lessons {
  yield { memory: { named: true } };
  if (await wasRevoked(run, token)) return;
  try {
    await refuseIssuedElsewhere(run, token);
    const details = await run.issuer.get(token, run.call);
    if (details === undefined) throw tokenNotFound(run.request.name, run.issuer.id, token);
    const { state } = run.ledger;
    const behind = run.request.sinks
      .map(({ id }) => id)
      .filter((id) => !inStep(state.sinks.get(id), state.current ?? ''));
    const { keys: others, warnings } = await seenElsewhere(run, token);
    yield { warnings };
    await run.ledger.append({
      type: 'adopted',
      token: refOf(details),
      sinks: [...behind, ...others],
      permissions: details.permissions,
    });
  } catch (error) {
    yield { error: asKeyturnError(error), memory: { gaveUp: true } };
  }
}

/** It is long gone: the same command is run again and again. */
async function wasRevoked(
  { runtime: { store }, request: { name }, call }: Run,
  token: string,
): Promise<boolean> {
  const former = new Set([name]);
  // A set goes through what is added to it meanwhile: the names that the rotation had before.
  for (const rotation of former)
    for await (const { event } of store.history(rotation, call)) {
      if (event.type === 'revoked' && event.token === token) return true;
      if (event.type === 'opened' && event.from !== undefined) former.add(event.from);
    }
  return false;
}
