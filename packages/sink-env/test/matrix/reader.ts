/** What a program has after it read a file, by name; undefined if it rejected the file. */
export interface Reading {
  readonly values: ReadonlyMap<string, string> | undefined;
  /** What it said while it read, such as a command that a shell did not find. */
  readonly complaint: string;
}

/** A program that reads env files. */
export interface Reader {
  readonly name: string;
  /** What the reader makes of `export`: programs see nothing without it, or no line with it is read. */
  readonly exports?: 'needed' | 'unknown';
  /** Reads each text as a file of its own; `undefined` if this text cannot be tried. Texts have one character per byte. */
  readonly read: (text: string) => Promise<Reading | undefined>;
  readonly close?: () => Promise<void>;
}

/** A reader, or why it is skipped. */
export type Opened = Reader | { readonly name: string; readonly skipped: string };

/** What is the same in each reading and says nothing of the file. */
const OWN = /^(?:PWD|OLDPWD|SHLVL|_|PATH|HOME|DIRENV_\w+|BASH_FUNC_.*)$/;
/** Whole lines that a reader took for a name: nobody asks for it. */
const NO_NAME = /[^\w.-]/;

export function withoutOwn(entries: Iterable<readonly [string, string]>): Map<string, string> {
  return new Map([...entries].filter(([name]) => !OWN.test(name) && !NO_NAME.test(name)));
}

/** The output of `env -0`. */
export function parseEnvironment(output: Buffer): Map<string, string> {
  const lines = output.toString('utf8').split('\0').filter(Boolean);
  return withoutOwn(
    lines.map((line) => {
      const at = line.indexOf('=');
      return [line.slice(0, at), line.slice(at + 1)] as const;
    }),
  );
}
