import type ts from 'typescript';

/** One small change of a program that a test should notice. */
export interface Change {
  /** What kind of change it is, in a word or two. */
  readonly operator: string;
  /** The expression, statement or block that is switched: the smallest one that holds the change and can stand in parentheses. */
  readonly site: ts.Expression | ts.Statement;
  /** What is replaced, inside the site, and by which text. */
  readonly start: number;
  readonly end: number;
  readonly text: string;
}

/** All changes of one kind that begin at a node. */
export type Operator = (node: ts.Node, source: ts.SourceFile) => Iterable<Change>;

/** A change that has a number, by which it is switched on, and can be shown. */
export interface Mutant extends Place {
  readonly id: number;
  readonly change: Change;
}

/** What is shown of a mutant, and what it is known by in `justified.json`. */
export interface Place {
  /** From the root of the workspace, with slashes. */
  readonly file: string;
  readonly line: number;
  readonly column: number;
  readonly operator: string;
  readonly before: string;
  readonly after: string;
  /** The line that it begins in. */
  readonly source: string;
}

export type Verdict = 'killed' | 'timed out' | 'survived' | 'no coverage';
