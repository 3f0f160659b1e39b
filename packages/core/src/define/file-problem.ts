import { fileProblems, otherFileProblem } from '../messages.ts';

/** What an error of the operating system means, and what to do. */
export interface FileProblem {
  readonly what: string;
  readonly hint: string;
}

/** The code of an error of the operating system, such as `ENOENT`; undefined if it has none. */
export function codeOf(error: unknown): string | undefined {
  return error instanceof Error && 'code' in error ? String(error.code) : undefined;
}

/** Whether an error of the operating system has one of these codes. */
export function hasCode(error: unknown, ...codes: readonly string[]): boolean {
  const code = codeOf(error);
  return code !== undefined && codes.includes(code);
}

/**
 * Explains a failed access to a file.
 *
 * @param code see {@link codeOf}
 * @param own by code, what an adapter knows better
 * @param otherwise what to do about any other code
 */
export function fileProblem(
  code: string | undefined,
  own: Readonly<Record<string, Partial<FileProblem>>>,
  otherwise: string,
): FileProblem {
  const of = <Value>(table: Readonly<Record<string, Value>>): Value | undefined =>
    code !== undefined && Object.hasOwn(table, code) ? table[code] : undefined;
  return { what: otherFileProblem(code), hint: otherwise, ...of(fileProblems), ...of(own) };
}
