import { KeyturnError } from '../../errors.ts';
import type { Step } from '../../machine/decide.ts';
import { newLabel } from '../label.ts';
import { forEachLimited } from '../pool.ts';
import { asKeyturnError, type Run } from '../run.ts';

/** Few at once: each keeps a runner of somebody's CI busy. */
const AT_ONCE = 4;

/** Lets a job in the CI of each sink use the new token. Where it does not end well, nothing is revoked. */
export async function tryInCi(
  run: Run,
  { token, sinks }: Extract<Step, { type: 'try' }>,
): Promise<void> {
  const { canary, name } = run.request;
  const { clock, random, observe } = run.runtime;
  if (canary === undefined) return;
  await forEachLimited(sinks, AT_ONCE, async (id) => {
    if (run.interrupted) return;
    run.remember({ tried: new Set([...run.memory.tried, id]) });
    const mark = newLabel(name, clock.now(), random);
    try {
      const result = await run.sinks.get(id)?.trial?.({ token, mark, ...canary }, run.call);
      if (result === undefined) return;
      await run.ledger.append({ type: 'tried', sink: id, token, ok: result.ok });
      if (!result.ok) throw failedTrial(id, token, result.url);
    } catch (error) {
      const known = run.fail(asKeyturnError(error));
      run.remember({ failedTrials: new Set([...run.memory.failedTrials, id]) });
      observe?.({ type: 'sink', rotation: name, sink: id, error: known });
    }
  });
}

function failedTrial(id: string, token: string, url: string | undefined): KeyturnError {
  return new KeyturnError(
    'TRIAL_FAILED',
    `${id}: the job that uses the new token ${token} failed${url === undefined ? '' : `: ${url}`}`,
    {
      hint: 'Mend the job and run it again with --canary; until then the token before stays valid.',
      effect: 'none',
    },
  );
}
