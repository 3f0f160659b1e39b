import { actingTokenLeaked, leakShared, outageCaused } from '../../messages.ts';
import { holdersByToken, type RotationState } from '../../ledger/state.ts';
import type { Lesson, Lessons } from '../run/learned.ts';
import type { Run } from '../run/run.ts';
import { usersElsewhere } from '../run/shared.ts';

/** The tokens that jobs may be using, with the sinks that they get them from. */
export function outages(
  state: RotationState,
  tokens: Iterable<string>,
): (readonly [token: string, sinks: string])[] {
  const held = holdersByToken(state);
  return [...tokens].flatMap((token) => {
    const sinks = held.get(token) ?? [];
    return sinks.length === 0 ? [] : [[token, sinks.join(', ')] as const];
  });
}

/** From here on these tokens are to die, whoever holds them: the user accepted the outage. */
export async function* condemn(run: Run, tokens: readonly string[]): Lessons {
  const { ledger, request, issuer } = run;
  const acting = issuer.actingToken?.();
  if (acting !== undefined && tokens.includes(acting)) {
    yield { error: actingTokenLeaked(issuer.id, acting), memory: { gaveUp: true } };
    return;
  }
  for (const [token, sinks] of outages(ledger.state, tokens))
    yield warning(outageCaused(request.name, token, sinks));
  for (const token of tokens)
    // A ledger that cannot be read is no reason to let a leaked token live.
    for (const name of await usersElsewhere(run, token).catch(() => []))
      yield warning(leakShared(request.name, token, name));
  await ledger.append(...tokens.map((token) => ({ type: 'condemned', token }) as const));
}

function warning(text: string): Lesson {
  return { warnings: new Set([text]) };
}
