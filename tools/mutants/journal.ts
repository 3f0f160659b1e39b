import { appendFileSync } from 'node:fs';

import type { Verdict } from './mutant.ts';

/** The environment variable that names the journal to the processes of the tests. */
export const JOURNAL = 'KEYTURN_MUTANTS_JOURNAL';

/** What the processes of the tests write down, line by line: it outlives them when they are killed. */
export type Entry =
  | { readonly type: 'process'; readonly pid: number }
  | { readonly type: 'begun'; readonly step: number }
  | { readonly type: 'ended'; readonly step: number; readonly verdict: Verdict }
  | ({ readonly type: 'covered' } & CoveredFile);

/** A test file that ran without a mutant. */
export interface CoveredFile {
  readonly file: string;
  /** It was loaded, and its hooks worked. */
  readonly loaded: boolean;
  /** Milliseconds until its tests could begin. */
  readonly loading: number;
  /** Mutants that were reached outside of any test: while it was loaded, or in hooks of a whole suite. */
  readonly outside: readonly number[];
  /** In the order of the file. */
  readonly tests: readonly CoveredTest[];
}

export interface CoveredTest {
  readonly name: string;
  readonly passed: boolean;
  readonly milliseconds: number;
  /** Milliseconds that the processor worked: unlike the time that passes, they are much the same on a busy machine. */
  readonly work: number;
  readonly reached: readonly number[];
  /** It takes too long to be run for each mutant, or fails without one. */
  readonly isLeftOut?: boolean;
}

export function write(entry: Entry): void {
  appendFileSync(process.env[JOURNAL] ?? '', `${JSON.stringify(entry)}\n`);
}

/** The whole lines of a journal. */
export function entriesOf(text: string): readonly Entry[] {
  return text
    .split('\n')
    .slice(0, -1)
    .map((line) => JSON.parse(line) as Entry);
}
