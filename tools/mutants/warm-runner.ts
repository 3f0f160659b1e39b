// Runs one test file after another in one process, each with the mutant of its step on. The modules of the workspace are loaded
// afresh for each; Node, Vitest and the packages from npm stay loaded.
import { readFileSync } from 'node:fs';
import { TestRunner, type RunnerTask, type RunnerTestFile } from 'vitest';

import { write } from './journal.ts';
import type { Verdict } from './mutant.ts';
import { PLAN, type Step } from './plan.ts';
import { ACTIVE, mutants } from './switch.ts';
import { testsOf } from './tests-of.ts';

const NONE: Step = { mutant: 0, file: '', tests: [], testLimit: 0, limit: 0 };
const TIMED_OUT = /^(Test|Hook) timed out in /;

export default class WarmRunner extends TestRunner {
  readonly #steps = JSON.parse(readFileSync(process.env[PLAN] ?? '', 'utf8')) as readonly Step[];
  readonly #settled = new Set<number>();
  #next = 0;
  #step = NONE;
  #failed = false;

  constructor(config: ConstructorParameters<typeof TestRunner>[0]) {
    // Not for Vitest's pool, which would start a process for each file, but for its loop over the files of this process.
    config.isolate = true;
    super(config);
    write({ type: 'process', pid: process.pid });
    for (const event of ['uncaughtException', 'unhandledRejection'])
      process.on(event, () => (this.#failed = true));
  }

  onBeforeCollect(): void {
    this.#step = this.#steps[this.#next++] ?? NONE;
    const { mutant, testLimit } = this.#step;
    this.#failed = this.#settled.has(mutant);
    this.config.testTimeout = testLimit;
    this.config.hookTimeout = testLimit;
    mutants.active = mutant;
    process.env[ACTIVE] = String(mutant);
    if (!this.#failed) write({ type: 'begun', step: this.#next - 1 });
  }

  override importFile(...args: Parameters<TestRunner['importFile']>): unknown {
    return this.#failed ? undefined : super.importFile(...args);
  }

  onCollected(files: RunnerTestFile[]): void {
    const { tests } = this.#step;
    for (const [index, test] of files.flatMap(testsOf).entries())
      if (!tests.includes(index)) test.mode = 'skip';
  }

  override async onBeforeRunTask(test: RunnerTask): Promise<void> {
    if (this.#failed) test.mode = 'skip';
    await super.onBeforeRunTask(test);
  }

  override onAfterRunTask(test: RunnerTask): void {
    super.onAfterRunTask(test);
    const { state, errors = [] } = test.result ?? {};
    this.#failed ||= state === 'fail';
    if (errors.some(({ message }) => TIMED_OUT.test(message))) this.#endProcess();
  }

  override onAfterRunFiles(files: RunnerTestFile[]): void {
    super.onAfterRunFiles(files);
    if (this.#settled.has(this.#step.mutant)) return;
    this.#failed ||= files.some(({ result }) => result?.state === 'fail');
    this.#settle(this.#failed ? 'killed' : 'survived');
  }

  /** What a test left behind that was not waited for could disturb those after it. */
  #endProcess(): void {
    this.#settle('timed out');
    process.kill(process.pid, 'SIGKILL');
  }

  #settle(verdict: Verdict): void {
    if (verdict !== 'survived') this.#settled.add(this.#step.mutant);
    write({ type: 'ended', step: this.#next - 1, verdict });
  }
}
