import type { RotationState } from '../../ledger/state.ts';
import type { Lessons } from '../run/learned.ts';
import { asKeyturnError, type Run } from '../run/run.ts';

/** Issuers show whole seconds. */
const RESOLUTION = 1000;

/** Asks the issuer when replaced tokens were last used. One that cannot be looked at is not taken for quiet: it is kept. */
export async function* lookAtUse(run: Run, tokens: readonly string[]): Lessons {
  for (const token of tokens) {
    if (run.interrupted) return;
    const at = run.runtime.clock.now();
    try {
      const details = await run.issuer.get(token, run.call);
      const usedAt = atTheLatest(run.ledger.state, details?.lastUsedAt);
      yield {
        ...(details !== undefined && { labels: new Map([[token, details.label]]) }),
        memory: { uses: new Map([[token, { at, usedAt }]]) },
      };
    } catch (error) {
      yield { error: asKeyturnError(error), memory: { unrevoked: new Set([token]) } };
    }
  }
}

/**
 * When a token was last used, by the machine's clock, at the latest. The issuer's clock may be any time away from it; but it
 * stamped the token in use too, before the answer that brought that one had arrived.
 */
function atTheLatest(
  { tokens, current }: RotationState,
  lastUsedAt: string | undefined,
): number | undefined {
  const usedAt = Date.parse(lastUsedAt ?? '');
  if (Number.isNaN(usedAt)) return undefined;
  const token = tokens.get(current ?? '');
  if (token === undefined) return usedAt;
  const after = usedAt - Date.parse(token.ref.issuedAt);
  const latest = Date.parse(token.answeredAt ?? '') + after + RESOLUTION;
  return Number.isNaN(latest) ? usedAt : latest;
}
