import { readFile, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { Vitest } from 'vitest/node';

import { entriesOf, JOURNAL, type Entry } from './journal.ts';
import type { Verdict } from './mutant.ts';
import { PLAN, type Step } from './plan.ts';
import { openVitest } from './vitest.ts';

const LOOK_EVERY = 100;
/** Milliseconds between two steps, with the start of a process. */
const LONGEST_PAUSE = 60_000;

/** Tries mutants one after another in a process of its own, which is started again when a mutant hangs. */
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
      const entries = await this.#runOnce(rest);
      const [last] = entries.filter((entry) => entry.type === 'begun').toReversed();
      if (last === undefined) throw new Error('Vitest runs no tests');
      for (const entry of entries)
        if (entry.type === 'ended') set(verdicts, rest[entry.step], entry.verdict);
      // A mutant that ends its process is noticed as well as one that hangs.
      const isOpen = !entries.some((entry) => entry.type === 'ended' && entry.step === last.step);
      if (isOpen) set(verdicts, rest[last.step], 'timed out');
      rest = rest.slice(last.step + 1).filter(({ mutant }) => isOpenYet(verdicts.get(mutant)));
    }
    return verdicts;
  }

  async close(): Promise<void> {
    await this.#vitest.close();
  }

  /** What a process wrote down that had some steps to do. It may have died before the end. */
  async #runOnce(steps: readonly Step[]): Promise<readonly Entry[]> {
    await writeFile(this.#plan, JSON.stringify(steps));
    await rm(this.#journal, { force: true });
    const project = this.#vitest.getRootProject();
    const files = steps.map(({ file }) => project.createSpecification(file));
    const isOver = new AbortController();
    await Promise.all([
      this.#watch(steps, isOver.signal),
      this.#vitest
        .runTestSpecifications(files)
        .catch(() => {})
        .finally(() => isOver.abort()),
    ]);
    return this.#read();
  }

  /** Kills the process of the tests when a step takes too long. */
  async #watch(steps: readonly Step[], isOver: AbortSignal): Promise<void> {
    let since = performance.now();
    let seen = 0;
    while (!isOver.aborted) {
      await new Promise((resolve) => setTimeout(resolve, LOOK_EVERY));
      const entries = await this.#read();
      if (entries.length !== seen) since = performance.now();
      seen = entries.length;
      const last = entries.at(-1);
      const limit = (last?.type === 'begun' && steps[last.step]?.limit) || LONGEST_PAUSE;
      const pid = entries.find((entry) => entry.type === 'process')?.pid;
      if (pid === undefined || performance.now() - since < limit) continue;
      process.kill(pid, 'SIGKILL');
      return;
    }
  }

  async #read(): Promise<readonly Entry[]> {
    return entriesOf(await readFile(this.#journal, 'utf8').catch(() => ''));
  }
}

function set(verdicts: Map<number, Verdict>, step: Step | undefined, verdict: Verdict): void {
  if (step !== undefined) verdicts.set(step.mutant, verdict);
}

function isOpenYet(verdict: Verdict | undefined): boolean {
  return verdict === undefined || verdict === 'survived';
}
