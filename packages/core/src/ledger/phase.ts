/** Where a rotation stands. */
export const phases = [
  'idle',
  'issuing',
  'granting',
  'verifying',
  'delivering',
  'grace',
  'revoking',
  'lost',
] as const;
export type Phase = (typeof phases)[number];
