/** Mistakes planted into the model of a run; the check must catch each. */
export const mutants = [
  'none',
  'skip the intent record',
  'skip the attempt record',
  'take an empty look-up for gone',
  'reuse a label',
  'revoke before confirmed',
  'forget a possible holder',
  'drop the settle rule',
] as const;
export type Mutant = (typeof mutants)[number];
