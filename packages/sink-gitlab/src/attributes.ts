/** How a variable that is new shows its value to jobs and in their logs. */
export interface Attributes {
  readonly masked: boolean;
  readonly raw: true;
  readonly protected: false;
  readonly variableType: 'env_var' | 'file';
}

/** docs: «CI/CD variables», what a masked value may have where it is raw; source: ci/maskable.rb. */
const MASKABLE = /^\S{8,}$/u;

/**
 * Chooses what fits a value best: masked wherever GitLab can, and a file where there are several lines, which is how a job
 * reads a blob. Always raw: a secret's `$` is no variable's name, and a later value may have one where this has none.
 */
export function attributesFor(value: string): Attributes {
  return {
    masked: MASKABLE.test(value),
    raw: true,
    protected: false,
    variableType: value.includes('\n') ? 'file' : 'env_var',
  };
}
