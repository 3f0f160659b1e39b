import type { StandardSchema } from './schema.ts';
import type { Credential, IssuerSupports, TokenIssuer } from '../contracts/issuer.ts';
import type { FieldNames, Layout } from '../layout/layout.ts';
import type { IssuerAccount, IssuerSetting } from './ci.ts';
import type { AdapterContext } from '../contracts/runtime.ts';
import type { Adapter, Definition } from './definition.ts';

/** The default names of the secrets in each layout. A layout without a name is used only with names from the configuration. */
export interface DefaultNames {
  readonly pair: FieldNames;
  /** For credentials with a field `pair`. */
  readonly joined?: string;
  readonly file?: string;
  /** The variable of the layout `slots`. Its secrets have the names of `pair`. */
  readonly slot?: string;
  /** Other common layouts, to recognize existing secrets. */
  readonly others?: readonly Layout[];
  /** Patterns of names that credentials might have, such as `PSCALE_*`. */
  readonly patterns?: readonly string[];
  /** The variables, inputs and flags of a pipeline that programs read a credential from. */
  readonly readers?: readonly { readonly layout: Layout; readonly by: string }[];
}

/** What a pipeline does that ends a credential in use at once, beside keyturn. */
export interface IssuerHazard {
  /** A regular expression without groups, for a line of a pipeline: `\\bglab token rotate\\b`. */
  readonly pattern: string;
  /** What follows: `it revokes the old token at once`. */
  readonly what: string;
  /** What to do, as a sentence: `Let a rotation replace it instead.` */
  readonly fix: string;
}

/** The definition of an issuer, written by its author. */
export interface IssuerDefinition<Options> extends Definition<Options, IssuerBackend> {
  readonly options: StandardSchema<Options>;
  readonly names: DefaultNames;
  /** The fields of a credential, and which of them are secret. Without it, names are not checked before a credential exists. */
  readonly fields?: CredentialFields;
  /** Validates a permission in the configuration. Without it, any text without spaces is valid. */
  readonly permission?: StandardSchema<string>;
  /** How users name the account, if there is one. */
  readonly account?: IssuerAccount;
  /** What else a new configuration has to say. */
  readonly settings?: readonly IssuerSetting[];
  /** What `plan` warns of if a pipeline of the checkout does it. */
  readonly hazards?: readonly IssuerHazard[];
}
type OptionalCalls = 'find' | 'grant' | 'ungrant';
/** Which fields a credential has. Public ones may be printed. */
export type CredentialFields = Readonly<Record<string, 'public' | 'secret'>>;

/**
 * The result of `connect`. Without `find`, a token is looked for in what `list` returns. `grant` and `ungrant` are required if
 * permissions are given after creation.
 */
export interface IssuerBackend
  extends
    Omit<TokenIssuer, 'specVersion' | 'kind' | 'actAs' | 'supports' | OptionalCalls>,
    Partial<Pick<TokenIssuer, OptionalCalls>> {
  /** @default permissions by `grant`, found by label, old tokens work on, and `disable` works if it is present */
  readonly supports?: Partial<IssuerSupports>;
  actAs?(credential: Credential): IssuerBackend;
}

/** The default export of an issuer's package. */
export interface IssuerAdapter extends Adapter {
  readonly role: 'issuer';
  readonly names: DefaultNames;
  readonly fields?: CredentialFields;
  readonly permission?: StandardSchema<string>;
  readonly account?: IssuerAccount;
  readonly settings?: readonly IssuerSetting[];
  readonly hazards?: readonly IssuerHazard[];
  /** @throws {KeyturnError} `CONFIG_INVALID` */
  open(options: unknown, context: AdapterContext): Promise<TokenIssuer>;
}
