import { readFile } from 'node:fs/promises';
import path from 'node:path';

import { entriesOf, JOURNAL, type CoveredFile, type CoveredTest } from './journal.ts';
import type { Step } from './plan.ts';
import { openVitest } from './vitest.ts';

/** Runs all tests of a package with every mutant off. */
export async function cover(
  folder: string,
  name: string,
  workers: number,
): Promise<readonly CoveredFile[]> {
  const journal = path.join(folder, `covered-${name}`);
  const env = { [JOURNAL]: journal };
  const vitest = await openVitest({ folder, name, runner: 'cover-runner.ts', workers, env });
  try {
    await vitest.runTestSpecifications(await vitest.globTestSpecifications());
  } finally {
    await vitest.close();
  }
  const entries = entriesOf(await readFile(journal, 'utf8'));
  return entries.filter((entry) => entry.type === 'covered');
}

/** Generous: on a machine that is busy, tests take several times what they took alone. */
const TEST_LIMIT = { least: 1_500, times: 5 };
const LIMIT = { least: 4_000, times: 6 };

/**
 * Without the tests that keep the processor longer than so many milliseconds (those of a program that a test starts are not counted, so
 * that ten times as many must not pass), and without those that fail without a mutant: a test that looks for a text in the sources does
 * not find it once they have been instrumented.
 */
export function withoutUseless(
  files: readonly CoveredFile[],
  longest: number,
): { readonly files: readonly CoveredFile[]; readonly long: number; readonly failing: number } {
  const isLong = (test: CoveredTest): boolean =>
    test.passed && (test.work > longest || test.milliseconds > 10 * longest);
  const all = files.flatMap(({ tests }) => tests);
  const kept = files.map((file) => ({
    ...file,
    tests: file.tests.map((test) =>
      test.passed && !isLong(test) ? test : { ...test, isLeftOut: true },
    ),
  }));
  return {
    files: kept,
    long: all.filter(isLong).length,
    failing: all.filter(({ passed }) => !passed).length,
  };
}

/** The files that do not load without a mutant, or of which no test passes. */
export function brokenOf(files: readonly CoveredFile[]): readonly string[] {
  return files
    .filter(({ loaded, tests }) => !loaded || tests.every(({ passed }) => !passed))
    .map(({ file }) => file);
}

/** The test files that reach a mutant, those first that take the least time. */
export function stepsOf(mutant: number, files: readonly CoveredFile[]): readonly Step[] {
  return files
    .map((file) => ({ file, reaching: reachingOf(file, mutant) }))
    .filter(({ reaching }) => reaching.length > 0)
    .map(({ file, reaching }) => stepOf(mutant, file, reaching))
    .toSorted((a, b) => a.limit - b.limit);
}

/** The positions of the tests that reach a mutant. */
function reachingOf({ tests, outside }: CoveredFile, mutant: number): readonly number[] {
  const all = tests.map((_, index) => index).filter((index) => tests[index]?.isLeftOut !== true);
  return outside.includes(mutant)
    ? all
    : all.filter((index) => tests[index]?.reached.includes(mutant));
}

function stepOf(mutant: number, file: CoveredFile, tests: readonly number[]): Step {
  const times = tests.map((index) => file.tests[index]?.milliseconds ?? 0);
  const all = times.reduce((sum, one) => sum + one, file.loading);
  return {
    mutant,
    file: file.file,
    tests,
    testLimit: TEST_LIMIT.least + TEST_LIMIT.times * Math.max(...times),
    limit: LIMIT.least + LIMIT.times * all,
  };
}
