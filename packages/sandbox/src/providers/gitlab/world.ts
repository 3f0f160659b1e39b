/** The part of the world that GitLab holds: projects under their full paths, and what stands beside them. */
export interface GitLabWorld {
  readonly [project: `${string}/${string}`]: ProjectWorld;
  /** By full path. Groups of projects are there by themselves. */
  readonly groups?: Readonly<Record<string, GroupWorld>>;
  readonly instance?: HolderWorld;
  readonly tokens?: readonly TokenWorld[];
  readonly behaviour?: GitLabBehaviour;
}

/** A variable, with the names that the API gives its parts. Hidden values are opened here. */
export interface VariableWorld {
  readonly key: string;
  readonly value: string;
  /** @default 'env_var' */
  readonly variable_type?: 'env_var' | 'file';
  readonly protected?: boolean;
  readonly masked?: boolean;
  readonly hidden?: boolean;
  readonly raw?: boolean;
  /** @default '*' */
  readonly environment_scope?: string;
  readonly description?: string | null;
}

export interface HolderWorld {
  readonly variables?: readonly VariableWorld[];
}

export interface GroupWorld extends HolderWorld {
  readonly id?: number;
  /** @default 'private' */
  readonly visibility?: Visibility;
  /** Whether it, with all below it, has the licence for scopes of its variables. @default what `behaviour.groupScopes` says */
  readonly scopes?: boolean;
}

export interface ProjectWorld extends HolderWorld {
  readonly id?: number;
  /** @default 'private' */
  readonly visibility?: Visibility;
  readonly archived?: boolean;
  /** Its pipelines have the template's job `keyturn-canary`. @default false */
  readonly hasCanary?: boolean;
  readonly topics?: readonly string[];
  /** Paths that it had before: reads are redirected from them, writes are refused. */
  readonly formerPaths?: readonly string[];
}

export type Visibility = 'public' | 'private';

export type Role = 'guest' | 'reporter' | 'developer' | 'maintainer' | 'owner';

export interface TokenWorld {
  readonly token: string;
  /** OAuth tokens are not taken as `PRIVATE-TOKEN`. @default 'personal' */
  readonly kind?: 'personal' | 'oauth';
  /** @default ['api'] */
  readonly scopes?: readonly string[];
  /** Whether its user is an administrator. */
  readonly admin?: boolean;
  /** Roles by the full path of a group, with all below it, or of a project; everything when left out. */
  readonly roles?: Readonly<Record<string, Role>>;
  readonly revoked?: boolean;
  readonly expiresAt?: string;
}

export interface GitLabBehaviour {
  /** Without the licence for them, scopes of group variables are dropped without a word, and filters by them ignored. @default 'licensed' */
  readonly groupScopes?: 'licensed' | 'ignored';
  /** How many variables may be in one place. @default 8000, 30000 and 25, as GitLab's default plan has it */
  readonly limits?: Readonly<Partial<Record<'project' | 'group' | 'instance', number>>>;
  /** Requests per minute and token. Without it nothing is counted. */
  readonly rateLimit?: number;
}
