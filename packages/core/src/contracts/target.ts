/** A parsed target: `github:acme/web?environment=production`. */
export interface Target {
  /** The original text. */
  readonly text: string;
  readonly kind: string;
  readonly path: string;
  readonly query: Readonly<Record<string, string>>;
}
