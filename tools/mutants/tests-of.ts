import type { RunnerTask, RunnerTestCase } from 'vitest';

/** The tests of a file or a suite, in the order of the text. */
export function testsOf(task: RunnerTask): readonly RunnerTestCase[] {
  return task.type === 'test' ? [task] : task.tasks.flatMap(testsOf);
}
