import { readFile } from 'node:fs/promises';
import path from 'node:path';

import { entriesOf, JOURNAL, type CoveredFile } from './journal.ts';
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

/** The test files that reach a mutant, those first that take the least time. */
export function stepsOf(mutant: number, files: readonly CoveredFile[]): readonly Step[] {
  return files
    .map((file) => ({ file, tests: testsOf(file, mutant) }))
    .filter(({ tests }) => tests.length > 0)
    .map(({ file, tests }) => ({ file, tests, expected: expectedOf(file, tests) }))
    .toSorted((a, b) => a.expected - b.expected)
    .map(({ file, tests, expected }) => ({
      mutant,
      file: file.file,
      tests,
      limit: LIMIT.least + LIMIT.times * expected,
    }));
}

/** Generous: on a machine that is busy, a step takes several times what it took alone. */
const LIMIT = { least: 4_000, times: 6 };

function testsOf({ tests, outside }: CoveredFile, mutant: number): readonly number[] {
  const all = tests.map((_, index) => index);
  return outside.includes(mutant)
    ? all
    : all.filter((index) => tests[index]?.reached.includes(mutant));
}

function expectedOf({ loading, tests }: CoveredFile, chosen: readonly number[]): number {
  return chosen.reduce((sum, index) => sum + (tests[index]?.milliseconds ?? 0), loading);
}
