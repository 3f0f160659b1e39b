export const roles = ['issuer', 'sink', 'store'] as const;
/** What an adapter is. */
export type Role = (typeof roles)[number];
