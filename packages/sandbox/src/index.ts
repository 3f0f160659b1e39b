export { startSandbox } from './sandbox.ts';
export { seedWorld } from './seed.ts';
export type { Sandbox, SandboxOptions } from './sandbox.ts';
export type { World } from './world.ts';
export type { JobResult } from './control/job.ts';
export type { CountedFault, Fault, FaultAction } from './http/faults.ts';
export type { RecordedRequest } from './http/request-log.ts';
export type { ProviderName } from './providers/provider.ts';
export type {
  DatabaseWorld,
  LoginWorld,
  OrganizationWorld as PlanetScaleOrganizationWorld,
  PlanetScaleBehaviour,
  PlanetScaleWorld,
  ServiceTokenWorld,
} from './providers/planetscale/world.ts';
export type {
  GitHubBehaviour,
  GitHubWorld,
  ItemsWorld,
  ItemWorld,
  OrganizationWorld as GitHubOrganizationWorld,
  RepositoryWorld,
  TokenWorld as GitHubTokenWorld,
  UserWorld as GitHubUserWorld,
  Visibility,
} from './providers/github/world.ts';
