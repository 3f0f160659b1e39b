/**
 * The part of the world that GitHub holds: repositories under their full names, and what belongs to accounts.
 * An owner that is not among the organizations is a person.
 */
export interface GitHubWorld {
  readonly [repository: `${string}/${string}`]: RepositoryWorld;
  readonly organizations?: Readonly<Record<string, OrganizationWorld>>;
  readonly users?: Readonly<Record<string, UserWorld>>;
  readonly tokens?: readonly TokenWorld[];
  readonly apps?: readonly AppWorld[];
  readonly behaviour?: GitHubBehaviour;
}

/** Secrets and variables by name; names are kept in upper case, as GitHub does. */
export type ItemsWorld = Readonly<Record<string, ItemWorld>>;

export interface ItemWorld {
  readonly value: string;
  /** ISO 8601. The API shows whole seconds. */
  readonly createdAt?: string;
  readonly updatedAt?: string;
  /** Of an organization's items. @default 'private' */
  readonly visibility?: Visibility;
  /** The full names of the repositories that `selected` is about. */
  readonly selected?: readonly string[];
}

/** A person's role in a repository: docs: repository-roles-for-an-organization. */
export type RoleName = 'read' | 'triage' | 'write' | 'maintain' | 'admin';

export type Visibility = 'all' | 'private' | 'selected';

export interface RepositoryWorld {
  readonly id?: number;
  /** @default true */
  readonly private?: boolean;
  readonly archived?: boolean;
  readonly disabled?: boolean;
  /** Full names that it had before; requests for them are redirected. */
  readonly formerNames?: readonly string[];
  /** Its workflows are those of the template `keyturn-canary.yml`. @default false */
  readonly hasCanary?: boolean;
  readonly topics?: readonly string[];
  readonly actions?: ItemsWorld;
  readonly dependabot?: ItemsWorld;
  readonly codespaces?: ItemsWorld;
  readonly agents?: ItemsWorld;
  readonly variables?: ItemsWorld;
  /** The secrets of each environment. */
  readonly environments?: Readonly<Record<string, ItemsWorld>>;
  readonly environmentVariables?: Readonly<Record<string, ItemsWorld>>;
  /** The id of each environment; made up when left out. */
  readonly environmentIds?: Readonly<Record<string, number>>;
}

export interface OrganizationWorld {
  readonly id?: number;
  readonly actions?: ItemsWorld;
  readonly dependabot?: ItemsWorld;
  readonly codespaces?: ItemsWorld;
  readonly agents?: ItemsWorld;
  readonly variables?: ItemsWorld;
}

export interface UserWorld {
  readonly id?: number;
  readonly codespaces?: ItemsWorld;
}

export interface TokenWorld {
  readonly token: string;
  readonly kind: 'classic' | 'fine-grained' | 'installation';
  /** Whose it is. @default 'ada' */
  readonly login?: string;
  /** Of a classic token: `repo`, `admin:org`, … */
  readonly scopes?: readonly string[];
  /** Of the other kinds, as the header names them: `{ secrets: 'write' }`. */
  readonly permissions?: Readonly<Record<string, 'read' | 'write'>>;
  /** The full names of the repositories that the other kinds are limited to; all when left out. */
  readonly repositories?: readonly string[];
  /** The role of its owner by a repository's full name. @default 'admin' everywhere */
  readonly roles?: Readonly<Record<string, RoleName>>;
  /** Of an installation's token: the account that the App is installed on; any when left out. */
  readonly account?: string;
  readonly expiresAt?: string;
}

/** A GitHub App, which proves itself by what its private key has signed. */
export interface AppWorld {
  readonly id: number;
  readonly clientId?: string;
  /** PEM. Who uses the App holds the private one. */
  readonly publicKey: string;
  readonly installations?: readonly InstallationWorld[];
}

export interface InstallationWorld {
  readonly id: number;
  /** The organization or the person. */
  readonly account: string;
  readonly permissions: NonNullable<TokenWorld['permissions']>;
  /** The full names of the repositories that it is limited to; all of the account when left out. */
  readonly repositories?: readonly string[];
  readonly suspended?: boolean;
}

export interface GitHubBehaviour {
  /** Keys differ from place to place either way; with `true` their ids do too. @default false */
  readonly distinctKeyIds?: boolean;
  /** A value sealed with another place's key is refused with 422, or accepted and empty at run time. @default 'refused' */
  readonly wrongKey?: 'refused' | 'emptied';
  /** How long a new item is missing from lists and look-ups, in milliseconds. @default 0 */
  readonly listDelayMs?: number;
  /** Requests per hour and token. Without it nothing is counted, and the headers always say that 5000 are left. */
  readonly rateLimit?: number;
  /** Writes per minute and token, beyond which the secondary limit refuses them. Without it there is none. */
  readonly secondaryLimit?: number;
  /** Points per minute and token, 5 for a write and 1 for any other request, beyond which the secondary limit refuses them. @default unlimited */
  readonly pointLimit?: number;
  /** Whether its answer says how long it lasts. @default 'told' */
  readonly secondaryWait?: 'told' | 'untold';
}
