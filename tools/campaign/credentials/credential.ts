import type { Sandbox, World } from '../../../packages/sandbox/src/index.ts';
import type { LayoutName } from '../layout.ts';

/** A credential as its issuer has it. */
export interface Token {
  readonly id: string;
  /** What it is called there; its id if it has no name. */
  readonly label: string;
  readonly secret: string;
  /** What jobs read, by the fields of the credential. */
  readonly fields: Readonly<Record<string, string>>;
  readonly permissions: readonly string[];
  readonly exists: boolean;
  /** It lets jobs in, as long as it has not expired; a disabled one does not, and exists. */
  readonly works: boolean;
  readonly expiresAt?: string | undefined;
}

/** A sandbox, as far as what it holds. */
export type Providers = Pick<Sandbox, 'state' | 'urls'>;

/** One kind of credential that campaigns rotate. */
export interface Credential {
  readonly kind: string;
  readonly issuer: Readonly<Record<string, string>> & { readonly kind: string };
  /** The layouts that it is tried with. */
  readonly layouts: readonly LayoutName[];
  /** The names that jobs read: those in the configuration, and within a file the issuer's own. */
  readonly names: (layout: LayoutName) => Readonly<Record<string, string>>;
  /** The label of the one that is replaced; the only one if there are no labels. */
  readonly old?: string;
  /** Whether the issuer knows labels; otherwise all of them are the rotation's. */
  readonly labels: boolean;
  /** Whether they can be disabled before they are revoked. */
  readonly disables: boolean;
  /** Those that the issuer has, with those that are gone. */
  readonly tokens: (sandbox: Providers) => readonly Token[];
  /** A world in which its issuer is slower or stricter than usual. */
  readonly prepare?: (world: World, slow: boolean) => World;
}
