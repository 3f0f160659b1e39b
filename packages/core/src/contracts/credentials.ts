/** What is known about the credentials that an adapter uses. Contains no part of the secret. */
export interface CredentialReport {
  /** The source: `GITHUB_TOKEN`. */
  readonly source: string;
  /** The form: `a classic personal access token`. */
  readonly form?: string;
  /** The owner: a login, or the name that the platform shows. */
  readonly owner?: string;
  /** It is the login of a person, with all that this person may do. @default false */
  readonly isPerson?: boolean;
  /** The accounts that it belongs to, if the platform lists them. */
  readonly accounts?: readonly string[];
  /** What it is allowed to do, in the platform's terms; undefined if the platform does not show it. */
  readonly scopes?: readonly string[];
  /** ISO 8601; present if it expires and the platform shows when. */
  readonly expiresAt?: string;
  /** What the user should know although nothing fails; one line each. */
  readonly warnings: readonly string[];
}
