import { asKeyturnError, type Run } from '../run.ts';

/** Asks the issuer when replaced tokens were last used. One that cannot be looked at is not taken for quiet: it is kept. */
export async function lookAtUse(run: Run, tokens: readonly string[]): Promise<void> {
  for (const token of tokens) {
    if (run.interrupted) return;
    const at = run.runtime.clock.now();
    try {
      const details = await run.issuer.get(token, run.call);
      const usedAt = details?.lastUsedAt === undefined ? NaN : Date.parse(details.lastUsedAt);
      run.remember({
        uses: new Map([
          ...run.memory.uses,
          [token, Number.isNaN(usedAt) ? { at } : { at, usedAt }],
        ]),
      });
    } catch (error) {
      run.fail(asKeyturnError(error));
      run.remember({ unrevoked: new Set([...run.memory.unrevoked, token]) });
    }
  }
}
