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

/** An access token of a project or group. What is left out is made up. */
export interface AccessTokenWorld {
  readonly name: string;
  readonly id?: number;
  readonly token?: string;
  readonly description?: string | null;
  /** @default ['api'] */
  readonly scopes?: readonly string[];
  /** 10 to 50, as GitLab numbers roles. @default 40 */
  readonly accessLevel?: number;
  /** Of its bot. */
  readonly userId?: number;
  readonly createdAt?: string;
  /** A day, `2026-12-31`: it ends as that begins, in UTC. */
  readonly expiresAt?: string | null;
  readonly revoked?: boolean;
  readonly lastUsedAt?: string | null;
  /** Tokens that rotation made of each other have the same. */
  readonly family?: number;
}

/** A member of a project or group beside the bots of its own tokens, such as the bot of another place. */
export interface MemberWorld {
  readonly userId: number;
  readonly accessLevel: number;
}

export interface ProtectedBranchWorld {
  readonly name: string;
  /** @default maintainers */
  readonly push?: readonly AccessWorld[];
  /** @default maintainers */
  readonly merge?: readonly AccessWorld[];
}

/** A level, or one user. */
export interface AccessWorld {
  readonly accessLevel?: number;
  readonly userId?: number;
}

export interface GroupWorld extends HolderWorld {
  readonly accessTokens?: readonly AccessTokenWorld[];
  readonly members?: readonly MemberWorld[];
  readonly id?: number;
  /** @default 'private' */
  readonly visibility?: Visibility;
  /** Whether it, with all below it, has the licence for scopes of its variables. @default what `behaviour.groupScopes` says */
  readonly scopes?: boolean;
}

export interface ProjectWorld extends HolderWorld {
  readonly accessTokens?: readonly AccessTokenWorld[];
  readonly members?: readonly MemberWorld[];
  readonly protectedBranches?: readonly ProtectedBranchWorld[];
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
  /** With an id, the state shows everything about it; without one, it shows what the world has. */
  readonly id?: number;
  readonly name?: string;
  readonly description?: string | null;
  /** @default 1 */
  readonly userId?: number;
  readonly createdAt?: string;
  readonly lastUsedAt?: string | null;
  readonly family?: number;
}

export interface GitLabBehaviour {
  /** The last use of a token is noted again only after so many milliseconds. @default 60000 */
  readonly lastUsedEveryMs?: number;
  /** Without the licence for them, scopes of group variables are dropped without a word, and filters by them ignored. @default 'licensed' */
  readonly groupScopes?: 'licensed' | 'ignored';
  /** How many variables may be in one place. @default 8000, 30000 and 25, as GitLab's default plan has it */
  readonly limits?: Readonly<Partial<Record<'project' | 'group' | 'instance', number>>>;
  /** Requests per minute and token. Without it nothing is counted. */
  readonly rateLimit?: number;
}
