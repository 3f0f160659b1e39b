/** The part of the world that CircleCI holds. What is left out is made up. */
export interface CircleCiWorld {
  /** The variables of each project, by its slug: `gh/acme/web`, or `circleci/ORG-ID/PROJECT-ID`. */
  readonly projects?: Readonly<Record<string, VariablesWorld>>;
  /** The variables of each context, by its organization's slug and its name: `gh/acme/deploy`. */
  readonly contexts?: Readonly<Record<string, VariablesWorld>>;
  /** By slug: `gh/acme`. One that only a project or a context names is there too. */
  readonly organizations?: Readonly<Record<string, OrganizationWorld>>;
  /** What there is of a project beside its variables, by its slug. */
  readonly projectDetails?: Readonly<Record<string, ProjectDetailsWorld>>;
  /** What there is of a context beside its variables, by the same name as under `contexts`. */
  readonly contextDetails?: Readonly<Record<string, ContextDetailsWorld>>;
  readonly tokens?: readonly TokenWorld[];
  readonly behaviour?: CircleCiBehaviour;
}

/** Variables by name. */
export type VariablesWorld = Readonly<Record<string, VariableWorld>>;

export interface VariableWorld {
  readonly value: string;
  /** ISO 8601; a project's may be null, as at CircleCI. */
  readonly createdAt?: string | null;
  /** Only contexts show it. */
  readonly updatedAt?: string;
}

export interface OrganizationWorld {
  /** A UUID. */
  readonly id?: string;
}

export interface ProjectDetailsWorld {
  /** A UUID. */
  readonly id?: string;
  /** By every owner of a token: only what is followed is listed. @default true */
  readonly isFollowed?: boolean;
  /** Its configuration declares what the template `keyturn-canary` needs. @default false */
  readonly hasCanary?: boolean;
}

export interface ContextDetailsWorld {
  /** A UUID. */
  readonly id?: string;
  readonly createdAt?: string;
  readonly restrictions?: readonly RestrictionWorld[];
}

/** Who may use a context; where it is for groups, only their members may change its variables. */
export interface RestrictionWorld {
  readonly id?: string;
  readonly type: 'project' | 'expression' | 'group';
  /** A project's or a group's id, or the expression. An organization's id means the group of all its members. */
  readonly value: string;
}

export interface TokenWorld {
  readonly token: string;
  /** `project` tokens are not for this API; `old` ones, from before 2023-06-23, not for contexts. @default 'personal' */
  readonly kind?: 'personal' | 'project' | 'old';
  /** Whose it is. @default 'ada' */
  readonly login?: string;
  /** The slugs of the organizations that its owner belongs to; all when left out. */
  readonly organizations?: readonly string[];
  /** The ids of the groups that its owner is in. */
  readonly groups?: readonly string[];
  /** @default 'write' */
  readonly access?: 'read' | 'write';
  readonly expiresAt?: string;
}

export interface CircleCiBehaviour {
  /** A `server` of one's own knows the owners of contexts by id only. @default 'cloud' */
  readonly install?: 'cloud' | 'server';
  /** How many items a page has. @default 20 */
  readonly pageSize?: number;
  /** How long the list of a context's variables lacks the end of a new value, in milliseconds. @default 0 */
  readonly tailDelayMs?: number;
  /** Requests per minute and token. Without it nothing is counted. */
  readonly rateLimit?: number;
}
