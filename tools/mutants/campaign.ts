import { brokenOf, cover, stepsOf, withoutUseless } from './coverage.ts';
import type { Mutant, Verdict } from './mutant.ts';
import type { Options } from './options.ts';
import type { Step } from './plan.ts';
import { Trial } from './trial.ts';

/** Mutants that one process tries before the next one takes over. */
const BATCH = 20;

/** Tries the mutants of one package with its own tests, some at a time. */
export async function tryAll(
  folder: string,
  name: string,
  mutants: readonly Mutant[],
  { workers, longest }: Options,
  tell: (line: string) => void,
): Promise<ReadonlyMap<number, Verdict>> {
  const started = performance.now();
  const covered = await cover(folder, name, workers);
  const broken = brokenOf(covered);
  if (broken.length > 0 || covered.length === 0)
    throw new Error(`the tests of ${name} fail without any mutant: ${broken.join(', ')}`);
  const { files, long, failing } = withoutUseless(covered, longest);
  tell(
    `${name}: ${covered.length} test files without a mutant, in ${seconds(started)} s; ${long} tests take too long to be run for each mutant, ${failing} fail without one`,
  );

  const verdicts = new Map<number, Verdict>(mutants.map(({ id }) => [id, 'no coverage']));
  const reached = mutants.map(({ id }) => stepsOf(id, files)).filter((steps) => steps.length > 0);
  const queue = batches(reached).values();
  let done = 0;
  await Promise.all(
    Array.from({ length: workers }, async (_, worker) => {
      const trial = await Trial.open(folder, name, worker);
      for (const batch of queue) {
        for (const [id, verdict] of await trial.run(batch.flat())) verdicts.set(id, verdict);
        done += batch.length;
        tell(`${name}: ${done} of ${reached.length} mutants, after ${seconds(started)} s`);
      }
      await trial.close();
    }),
  );
  return verdicts;
}

function batches(all: readonly (readonly Step[])[]): readonly (readonly (readonly Step[])[])[] {
  const count = Math.ceil(all.length / BATCH);
  return Array.from({ length: count }, (_, i) => all.slice(i * BATCH, (i + 1) * BATCH));
}

function seconds(since: number): string {
  return ((performance.now() - since) / 1000).toFixed(0);
}
