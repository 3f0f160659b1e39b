import { readFile, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { Vitest } from 'vitest/node';

import { entriesOf, JOURNAL } from './journal.ts';
import type { Verdict } from './mutant.ts';
import { PLAN, type Step } from './plan.ts';
import { openVitest } from './vitest.ts';

const LOOK_EVERY = 100;
/** Between two steps. */
const LONGEST_PAUSE = 60_000;

/** Tries mutants one after another, in a process of its own that is started again when a mutant hangs. */
export class Trial {
  readonly #vitest: Vitest;
  readonly #journal: string;
  readonly #plan: string;

  private constructor(vitest: Vitest, journal: string, plan: string) {
    this.#vitest = vitest;
    this.#journal = journal;
    this.#plan = plan;
  }

  static async open(folder: string, name: string, worker: number): Promise<Trial> {
    const journal = path.join(folder, `tried-${name}-${worker}`);
    const plan = `${journal}.json`;
    const env = { [JOURNAL]: journal, [PLAN]: plan };
    const options = { folder, name, runner: 'warm-runner.ts' as const, workers: 1, env };
    return new Trial(await openVitest(options), journal, plan);
  }

  /** What came of each mutant of the steps. */
  async run(steps: readonly Step[]): Promise<ReadonlyMap<number, Verdict>> {
    const verdicts = new Map<number, Verdict>();
    let rest = steps;
    while (rest.length > 0) {
      await writeFile(this.#plan, JSON.stringify(rest));
      await rm(this.#journal, { force: true });
      const isOver = new AbortController();
      const [hung] = await Promise.all([
        this.#watch(rest, isOver.signal),
        this.#runAll(rest).finally(() => isOver.abort()),
      ]);
      const { ended, last } = await this.#read();
      for (const { step, killed } of ended) {
        const mutant = rest[step]?.mutant;
        if (mutant !== undefined) verdicts.set(mutant, killed ? 'killed' : 'survived');
      }
      if (last === undefined && (hung || ended.length === 0))
        throw new Error(`Vitest runs no tests of ${this.#journal}`);
      if (last === undefined) return verdicts;
      // A mutant that ends its process is noticed as well as one that hangs.
      const stopped = rest[last.step]?.mutant ?? 0;
      verdicts.set(stopped, 'timed out');
      const isSettled = (mutant: number): boolean =>
        verdicts.has(mutant) && verdicts.get(mutant) !== 'survived';
      rest = rest.slice(last.step + 1).filter(({ mutant }) => !isSettled(mutant));
    }
    return verdicts;
  }

  async close(): Promise<void> {
    await this.#vitest.close();
  }

  async #runAll(steps: readonly Step[]): Promise<void> {
    const project = this.#vitest.getRootProject();
    await this.#vitest
      .runTestSpecifications(steps.map(({ file }) => project.createSpecification(file)))
      .catch(() => {});
  }

  /** Kills the process of the tests when a step takes too long. Whether it did. */
  async #watch(steps: readonly Step[], isOver: AbortSignal): Promise<boolean> {
    let since = performance.now();
    let seen = 0;
    while (!isOver.aborted) {
      await new Promise((resolve) => setTimeout(resolve, LOOK_EVERY));
      const { count, last, pid } = await this.#read();
      if (count !== seen) since = performance.now();
      seen = count;
      const limit = (last && steps[last.step]?.limit) ?? LONGEST_PAUSE;
      if (pid === undefined || performance.now() - since < limit) continue;
      process.kill(pid, 'SIGKILL');
      return true;
    }
    return false;
  }

  /** What was written down: the steps that ended, and the one that began last, if it did not end. */
  async #read() {
    const entries = entriesOf(await readFile(this.#journal, 'utf8').catch(() => ''));
    const ended = entries.filter((entry) => entry.type === 'ended');
    const begun = entries.findLast((entry) => entry.type === 'begun');
    const pid = entries.findLast((entry) => entry.type === 'process')?.pid;
    const isOpen = begun !== undefined && ended.at(-1)?.step !== begun.step;
    return { count: entries.length, ended, last: isOpen ? begun : undefined, pid };
  }
}
