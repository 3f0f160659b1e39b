/** The places of GitLab with variables, from the nearest to a job to the farthest. */
export const levels = ['project', 'group', 'instance'] as const;
export type Level = (typeof levels)[number];

/** What all places of one level have in common. */
export interface LevelFacts {
  /** Variables of the instance have no environment scope, and cannot be hidden. */
  readonly hasScopes: boolean;
  readonly maxBytes?: number;
}

/**
 * docs: «Project-level CI/CD variables API», «Group-level …», «Instance-level …»; «CI/CD variables», the limit of
 * 10,000 characters for a value of the instance; source: ci/instance_variable.rb.
 */
export const levelFacts: Readonly<Record<Level, LevelFacts>> = {
  project: { hasScopes: true },
  group: { hasScopes: true },
  // The limit is in characters; a value never has fewer bytes than characters.
  instance: { hasScopes: false, maxBytes: 10_000 },
};

/** The scope that matches every environment. */
export const EVERY_ENVIRONMENT = '*';
