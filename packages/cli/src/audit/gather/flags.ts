export interface GatherFlags {
  readonly config?: string;
  readonly org?: string;
  readonly allow?: readonly string[];
  readonly sink: readonly string[];
  /** What git excludes, as pathspecs. */
  readonly exclude: readonly string[];
  /** The path of a report of gitleaks. */
  readonly gitleaks?: string;
}
