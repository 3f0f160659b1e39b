export { forkVariables, isOfFork } from './fork.ts';
export { annotating, isJob, runnerOf, sharedRunner, summaryFile } from './job.ts';
export type { AnnotatingKind, Level, Runner } from './job.ts';
export type { Environment } from './environment.ts';
