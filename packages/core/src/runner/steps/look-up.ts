import type { Attempt } from '../../ledger/state.ts';
import type { Step } from '../../machine/step.ts';
import { candidates } from '../run/candidates.ts';
import type { Lessons } from '../run/learned.ts';
import { asKeyturnError, type Run } from '../run/run.ts';

/**
 * Looks for the token of a lost attempt. One that turns up is to be revoked, for its secret never arrived; an
 * empty look-up proves that there is none only after the settle time; a failed one proves nothing.
 */
export async function* lookUp(
  run: Run,
  { label, final }: Extract<Step, { type: 'look-up' }>,
): Lessons {
  const { clock } = run.runtime;
  const at = clock.now();
  yield { memory: { lookUps: new Map([[label, { at, final }]]) } };
  const attempt = run.ledger.state.attempts.find((one) => one.label === label);
  try {
    const hasLabels = run.issuer.supports.find === 'label';
    const seen = await run.issuer.find(label, { ...run.call, known: knownBefore(run, attempt) });
    const found = hasLabels ? seen : await candidates(run, seen);
    const tokens = hasLabels ? found : found.map((token) => ({ ...token, label }));
    yield { labels: new Map(found.map((token) => [token.id, token.label])) };
    // All at once: the first of them settles the attempt, so that none is looked for after it.
    if (tokens.length > 0)
      await run.ledger.append(...tokens.map((token) => ({ type: 'found', label, token }) as const));
    const settled =
      attempt !== undefined && at >= Date.parse(attempt.at) + run.intent.policy.settle;
    if (tokens.length === 0 && settled) await run.ledger.append({ type: 'absent', label });
    yield { answered: new Map([[label, true]]) };
  } catch (error) {
    yield { lost: asKeyturnError(error), answered: new Map([[label, false]]) };
  }
}

/** What was there before the request, and what is known to have come from another one. */
function knownBefore({ ledger: { state } }: Run, attempt: Attempt | undefined): readonly string[] {
  return [...(attempt?.known ?? []), ...state.tokens.keys(), ...state.revoked];
}
