import type { Mutator } from './mutate.ts';

/** Something that reads what comes from outside. */
export interface Parser {
  readonly name: string;
  /**
   * Makes one input and reads it. A `KeyturnError` is an answer like any other; whatever else is thrown is a failure, and so is
   * what this finds wrong with the result. Returns the input as text, for the report.
   */
  readonly run: (mutate: Mutator, seen: (input: string) => void) => void | Promise<void>;
}

/** A parser of texts. */
export function ofTexts(
  name: string,
  corpus: readonly string[],
  read: (text: string, mutate: Mutator) => void | Promise<void>,
): Parser {
  return {
    name,
    run(mutate, seen) {
      const text = mutate.text(corpus);
      seen(text);
      return read(text, mutate);
    },
  };
}

/** A parser of plain data, which gets it as JSON brings it. */
export function ofData(
  name: string,
  corpus: readonly unknown[],
  read: (value: unknown, json: string) => void | Promise<void>,
): Parser {
  return {
    name,
    run(mutate, seen) {
      const json = JSON.stringify(mutate.data(mutate.pick(corpus)));
      seen(json);
      return read(JSON.parse(json), json);
    },
  };
}

/** @throws {Error} where what was read is not as it must be */
export function expect(isRight: boolean, what: string): void {
  if (!isRight) throw new Error(what);
}
