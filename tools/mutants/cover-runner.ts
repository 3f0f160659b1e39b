// Runs a test file as Vitest does, and writes down which test reaches which mutant.
import { readFileSync } from 'node:fs';
import { TestRunner, type RunnerTask, type RunnerTestFile } from 'vitest';

import { JOURNAL, write } from './journal.ts';
import { mutants, REACHED } from './switch.ts';
import { testsOf } from './tests-of.ts';

export default class CoverRunner extends TestRunner {
  readonly #outside = new Set<number>();
  readonly #reached = new Map<string, Set<number>>();
  #current = this.#outside;
  readonly #children = `${process.env[JOURNAL]}.${process.pid}`;
  #childrenRead = 0;

  onBeforeCollect(): void {
    process.env[REACHED] = this.#children;
    mutants.reached = (id) => this.#current.add(id);
  }

  override async onBeforeRunTask(test: RunnerTask): Promise<void> {
    this.#readChildren();
    const reached = new Set<number>();
    this.#reached.set(test.id, reached);
    // What tests reach that run at the same time cannot be told apart: all of them reach it.
    this.#current = test.concurrent === true ? this.#outside : reached;
    await super.onBeforeRunTask(test);
  }

  override onAfterRunTask(test: RunnerTask): void {
    super.onAfterRunTask(test);
    this.#readChildren();
    this.#current = this.#outside;
  }

  override onAfterRunFiles(files: RunnerTestFile[]): void {
    super.onAfterRunFiles(files);
    for (const file of files)
      write({
        type: 'covered',
        file: file.filepath,
        passed: file.result?.state !== 'fail',
        loading: (file.collectDuration ?? 0) + (file.setupDuration ?? 0),
        outside: [...this.#outside],
        tests: testsOf(file).map(({ id, result }) => ({
          milliseconds: result?.duration ?? 0,
          reached: [...(this.#reached.get(id) ?? [])],
        })),
      });
  }

  /** Adds what processes reached that the test started. */
  #readChildren(): void {
    let text: string;
    try {
      text = readFileSync(this.#children, 'utf8');
    } catch {
      return;
    }
    for (const id of text.slice(this.#childrenRead).trim().split('\n'))
      if (id !== '') this.#current.add(Number(id));
    this.#childrenRead = text.length;
  }
}
