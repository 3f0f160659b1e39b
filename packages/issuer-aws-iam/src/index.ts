export { awsIamIssuer, awsIamIssuer as default } from './definition.ts';
export type { AwsIamOptions } from './options.ts';
