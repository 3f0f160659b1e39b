// Runs a test file as Vitest does, and writes down which test reaches which mutant.
import { AsyncLocalStorage } from 'node:async_hooks';
import { readFileSync } from 'node:fs';
import { TestRunner, type RunnerTask, type RunnerTestFile } from 'vitest';

import { JOURNAL, write } from './journal.ts';
import { mutants, REACHED } from './switch.ts';
import { testsOf } from './tests-of.ts';

export default class CoverRunner extends TestRunner {
  readonly #outside = new Set<number>();
  readonly #reached = new Map<string, Set<number>>();
  /** Tells tests apart that run at the same time. */
  readonly #current = new AsyncLocalStorage<Set<number>>();
  readonly #children = `${process.env[JOURNAL]}.${process.pid}`;
  #childrenRead = 0;
  readonly #work = new Map<string, number>();

  onBeforeCollect(): void {
    process.env[REACHED] = this.#children;
    mutants.reached = (id) => (this.#current.getStore() ?? this.#outside).add(id);
  }

  override async onBeforeRunTask(test: RunnerTask): Promise<void> {
    const reached = new Set<number>();
    this.#reached.set(test.id, reached);
    this.#work.set(test.id, -work());
    // Before anything is awaited, so that it holds for the test itself.
    this.#current.enterWith(reached);
    await super.onBeforeRunTask(test);
  }

  override onAfterRunTask(test: RunnerTask): void {
    super.onAfterRunTask(test);
    this.#work.set(test.id, work() + (this.#work.get(test.id) ?? 0));
    this.#readChildren(this.#reached.get(test.id) ?? this.#outside);
  }

  override onAfterRunFiles(files: RunnerTestFile[]): void {
    super.onAfterRunFiles(files);
    for (const file of files)
      write({
        type: 'covered',
        file: file.filepath,
        loaded: (file.result?.errors ?? []).length === 0,
        loading: (file.collectDuration ?? 0) + (file.setupDuration ?? 0),
        outside: [...this.#outside],
        tests: testsOf(file).map(({ id, name, result }) => ({
          name,
          passed: result?.state !== 'fail',
          milliseconds: result?.duration ?? 0,
          work: this.#work.get(id) ?? 0,
          reached: [...(this.#reached.get(id) ?? [])],
        })),
      });
  }

  /** Adds what processes reached that the test started. */
  #readChildren(reached: Set<number>): void {
    let text: string;
    try {
      text = readFileSync(this.#children, 'utf8');
    } catch {
      return;
    }
    for (const id of text.slice(this.#childrenRead).trim().split('\n'))
      if (id !== '') reached.add(Number(id));
    this.#childrenRead = text.length;
  }
}

/** Milliseconds that the processor has worked for this process. */
function work(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
}
