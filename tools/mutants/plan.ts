/** The environment variable that names the file with the plan to the process of the tests. */
export const PLAN = 'KEYTURN_MUTANTS_PLAN';

/** One mutant and one test file that reaches it. */
export interface Step {
  readonly mutant: number;
  /** Of the test file, absolute. */
  readonly file: string;
  /** Which of its tests reach the mutant, by their position in the file. */
  readonly tests: readonly number[];
  /** Milliseconds that one of its tests may take. */
  readonly testLimit: number;
  /** Milliseconds after which all of it is taken to hang. */
  readonly limit: number;
}
