import type { Assignment } from '../../src/formats/format.ts';
import type { FormatName } from '../../src/formats/formats.ts';
import type { Reader, Reading } from './reader.ts';

/**
 * `right`: the reader reads the new values, and everything else as before. `as before`: it did not read this file, or such a line, as its
 * format means it, and does not now. Everything else is worse, and says why.
 */
export type Verdict = 'right' | 'as before' | { readonly worse: string };

export interface Change {
  readonly format: FormatName;
  /** The new values by name. */
  readonly values: ReadonlyMap<string, string>;
  /** What the file's own format reads in it before. */
  readonly meant: ReadonlyMap<string, string | undefined>;
  /** The lines before. */
  readonly old: readonly Assignment[];
  /** The lines of the new file. */
  readonly lines: readonly Assignment[];
}

type Values = ReadonlyMap<string, string>;

export function judge(
  before: Reading,
  after: Reading,
  exports: Reader['exports'],
  change: Change,
): Verdict {
  if (isRight(after, change) && before.values === undefined) return 'right';
  if (before.values === undefined) return 'as before';
  if (after.values === undefined)
    return change.format === 'shell' && exports === 'unknown'
      ? 'as before'
      : { worse: `cannot read it any more: ${after.complaint}` };
  if (after.complaint !== '' && before.complaint === '')
    return { worse: `complains: ${after.complaint.trim()}` };
  for (const name of new Set([...before.values.keys(), ...after.values.keys()])) {
    const [was, is] = [before.values.get(name), after.values.get(name)];
    if (!change.values.has(name) && replaced(was, change) !== is)
      return { worse: `${name} was ${JSON.stringify(was)} and is ${JSON.stringify(is)}` };
  }
  if (isRight(after, change)) return 'right';
  for (const name of change.values.keys()) {
    if (isReadRight(name, after.values, change) || isExcused(name, before.values, exports, change))
      continue;
    return { worse: `${name} is ${JSON.stringify(after.values.get(name))}` };
  }
  return 'as before';
}

const isReadRight = (name: string, after: Values, { values }: Change): boolean =>
  after.get(name) === values.get(name);

function isRight({ values: after }: Reading, change: Change): boolean {
  return (
    after !== undefined &&
    [...change.values.keys()].every((name) => isReadRight(name, after, change))
  );
}

/** Another value that contains one of ours, for this reader, changes with it. */
function replaced(value: string | undefined, { meant, values }: Change): string | undefined {
  let now = value;
  for (const [name, fresh] of values) {
    const old = meant.get(name);
    if (old !== undefined && old !== '') now = now?.replaceAll(old, fresh);
  }
  return now;
}

const isExported = ({ head }: Assignment): boolean => /^\s*export\s/.test(head);

/** Whether the reader did not read this line, or others that are written like it, as their format means them. */
function isExcused(
  name: string,
  before: Values,
  exports: Reader['exports'],
  { format, meant, old, lines, values }: Change,
): boolean {
  if (old.some((line) => line.name === name))
    return before.get(name) !== meant.get(name) || !before.has(name);
  const own = lines.find((line) => line.name === name);
  if (own === undefined) return false;
  const hasExports = old.some((line) => isExported(line));
  if (isExported(own) && exports === 'unknown') return hasExports || format === 'shell';
  if (!isExported(own) && exports === 'needed' && !hasExports) return true;
  const alike = old.filter(
    (line) => !values.has(line.name) && isExported(line) === isExported(own),
  );
  return alike.length > 0 && alike.every((line) => before.get(line.name) !== meant.get(line.name));
}
