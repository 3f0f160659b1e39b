/** A part of a credential that a rotation cannot change: it is not a secret of the platform. */
export interface Fixed {
  readonly file: string;
  readonly line: number;
  readonly variable: string;
  /** Whether it is written in the file, otherwise in a readable variable. */
  readonly isLiteral: boolean;
  /** The secret that can hold it. */
  readonly secret: string;
  /** The line that reads that secret; undefined if jobs get it without one. */
  readonly replacement: string | undefined;
}
