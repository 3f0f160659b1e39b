import type { Holder, Variable } from './state.ts';

/** A variable as the API shows it: a hidden value not at all, and the instance's without what only others have. */
export const variableObject =
  (kind: Holder['kind']) =>
  (variable: Variable): object => {
    const { hidden, environment_scope, ...shared } = variable;
    if (kind === 'instance') return shared;
    return { ...shared, value: hidden ? null : variable.value, hidden, environment_scope };
  };
