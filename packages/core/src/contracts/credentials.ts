/** What an adapter acts with, as far as its form and the platform tell: nothing of the secret itself, not even a part. */
export interface CredentialReport {
  /** Where it comes from: `GITHUB_TOKEN`. */
  readonly source: string;
  /** What it is: `a classic personal access token`. */
  readonly form?: string;
  /** Whose it is: a login, or the name that the platform shows. */
  readonly owner?: string;
  /** The accounts that it belongs to, where the platform lists them. */
  readonly accounts?: readonly string[];
  /** What it may do, as the platform calls it; undefined where the platform does not tell. */
  readonly scopes?: readonly string[];
  /** ISO 8601, where it expires and the platform tells when. */
  readonly expiresAt?: string;
  /** Things that stop nothing now, but that the user should know; one line each. */
  readonly warnings: readonly string[];
}
