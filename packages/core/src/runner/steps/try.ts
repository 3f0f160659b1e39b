import type { KeyturnError } from '../../contracts/errors.ts';
import { canaryFailed } from '../../messages.ts';
import type { Step } from '../../machine/step.ts';
import { newLabel } from '../run/label.ts';
import { firstError, type Lessons } from '../run/learned.ts';
import { learnLimited } from '../run/pool.ts';
import { asKeyturnError, type Run } from '../run/run.ts';

/** Few at once: each keeps a runner of somebody's CI busy. */
const AT_ONCE = 4;

/**
 * Lets a job in the CI of each sink use the new token. One that fails, cannot be started or does not end is recorded alike: until
 * another one ends well, nothing is revoked, by runs without a canary too.
 */
export async function* tryInCi(
  run: Run,
  { token, sinks }: Extract<Step, { type: 'try' }>,
): Lessons {
  const work = async (id: string): Promise<Tried | undefined> => {
    if (run.interrupted) return undefined;
    const error = await tryOne(run, id, token);
    // An interrupt says nothing of the job.
    if (error?.code !== 'INTERRUPTED')
      await run.ledger.append({ type: 'tried', sink: id, token, ok: error === undefined });
    if (error !== undefined)
      run.runtime.observe?.({ type: 'sink', rotation: run.request.name, sink: id, error });
    return { id, error };
  };
  yield* learnLimited(sinks, AT_ONCE, work, (results) => {
    const tried = results.filter((one) => one !== undefined);
    const failures = tried.filter(({ error }) => error !== undefined);
    return {
      error: firstError(failures.map(({ error }) => error)),
      memory: {
        tried: new Set(tried.map(({ id }) => id)),
        failedTrials: new Set(failures.map(({ id }) => id)),
      },
    };
  });
}

interface Tried {
  readonly id: string;
  readonly error: KeyturnError | undefined;
}

async function tryOne(run: Run, id: string, token: string): Promise<KeyturnError | undefined> {
  const { name } = run.request;
  const { clock, random } = run.runtime;
  const { trial: timeout } = run.spans;
  const mark = newLabel(name, clock.now(), random);
  try {
    const result = await run.sinks.get(id)?.trial?.({ token, mark, timeout }, run.call);
    return result?.ok === true ? undefined : canaryFailed(id, token, result?.url);
  } catch (error) {
    return asKeyturnError(error);
  }
}
