import type { Sandbox, World as SandboxWorld } from '../../../../packages/sandbox/src/index.ts';
import type { Credential } from '../../credentials/credential.ts';
import type { Other } from '../history.ts';

/** Names that a credential is written under. */
export interface Names {
  readonly fields: Readonly<Record<string, readonly string[]>>;
  readonly joined?: string;
  readonly file: string;
  readonly slot: string;
}

/** A kind of credential as histories know it. */
export interface Kind {
  readonly credential: Credential;
  /** The provider, as `/admin` calls it. */
  readonly provider: string;
  /** The labels of what was made by hand for the rotation; keyturn's own begin with its name. */
  readonly byHand: readonly string[];
  readonly namings: readonly Names[];
  /** The names within a file are the usual ones. */
  readonly fieldsInFile: Readonly<Record<string, string>>;
  /** The same kind in another account. */
  readonly otherAccount: Readonly<Record<string, string>>;
  /** What the configuration says besides. */
  readonly policy?: { readonly token?: object; readonly pause?: string };
  /** What happens only to credentials of this kind. */
  readonly others: readonly Other[];
  /** Makes another credential by hand, and returns its id. */
  readonly make: (sandbox: Sandbox, branch?: string) => Promise<string>;
  /** A world in which others have that many of them, too. */
  readonly crowd: (world: SandboxWorld, count: number) => SandboxWorld;
}
