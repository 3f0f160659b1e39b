export { roleIssuer, roleIssuer as default } from './definition.ts';
export type { RoleOptions } from './definition.ts';
