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
  'forget a sink that left the configuration',
  'take back what an abort gave up',
  'condemn a token that nobody named',
] as const;
export type Mutant = (typeof mutants)[number];
