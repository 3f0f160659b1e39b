/** How a new variable shows its value to jobs and in their logs. */
export interface Attributes {
  readonly masked: boolean;
  readonly raw: true;
  readonly protected: false;
  readonly variableType: 'env_var' | 'file';
}

/** docs: «CI/CD variables», the requirements for a masked raw value; source: ci/maskable.rb. */
const MASKABLE = /^\S{8,}$/u;

/**
 * Chooses the attributes for a value: masked if GitLab can mask it, and a file if it has several lines, because that is how a job reads a
 * blob. Always raw: a `$` in a secret does not refer to a variable, and a later value might contain one.
 */
export function attributesFor(value: string): Attributes {
  return {
    masked: MASKABLE.test(value),
    raw: true,
    protected: false,
    variableType: value.includes('\n') ? 'file' : 'env_var',
  };
}
