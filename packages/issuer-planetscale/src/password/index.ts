export { passwordIssuer, passwordIssuer as default } from './definition.ts';
export type { PasswordOptions } from './definition.ts';
