export { gitlabTokenIssuer, gitlabTokenIssuer as default } from './definition.ts';
export type { GitlabTokenOptions } from './options.ts';
