/** The places of GitLab that hold variables, from the nearest to a job to the farthest. */
export const levels = ['project', 'group', 'instance'] as const;
export type Level = (typeof levels)[number];

/** What is the same for all places of one level. */
export interface LevelFacts {
  /** What a token needs there: reading variables asks for the same as writing them. */
  readonly permission: string;
  /** Only below the instance a variable belongs to environments, and can be hidden. */
  readonly hasScopes: boolean;
  readonly maxBytes?: number;
}

/**
 * docs: «Project-level CI/CD variables API», «Group-level …», «Instance-level …»; «CI/CD variables», the limit of
 * 10,000 characters for a value of the instance; source: ci/instance_variable.rb.
 */
export const levelFacts: Readonly<Record<Level, LevelFacts>> = {
  project: { permission: 'the role Maintainer in the project', hasScopes: true },
  group: { permission: 'the role Owner in the group', hasScopes: true },
  instance: {
    permission: 'an administrator (and the scope "admin_mode" where admin mode is on)',
    hasScopes: false,
    // Characters, really; bytes are never fewer.
    maxBytes: 10_000,
  },
};

/** The scope that fits every environment. */
export const EVERY_ENVIRONMENT = '*';
