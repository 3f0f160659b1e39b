export { startSandbox } from './sandbox.ts';
export { demo } from './demo.ts';
export type { Demo } from './demo.ts';
export { seedWorld } from './seed.ts';
export type { Sandbox, SandboxOptions } from './sandbox.ts';
export type { World } from './world.ts';
export { controlOf } from './control/client.ts';
export type { Control, JobRequest } from './control/client.ts';
export type { ClocksChange } from './control/clocks.ts';
export type { JobResult } from './providers/provider.ts';
export type { CountedFault, Fault, FaultAction } from './http/faults.ts';
export type { RecordedRequest } from './http/request-log.ts';
export type { ClockSettings } from './providers/clocks.ts';
export { postgresRoles } from './providers/planetscale/postgres-roles.ts';
export type { PostgresRolesOptions } from './providers/planetscale/postgres-roles.ts';
export type { DatabaseRole, RoleBackend } from './providers/planetscale/role-backend.ts';
export type { EdgeName, ProviderName } from './providers/provider.ts';
export type {
  DatabaseWorld,
  LoginWorld,
  OrganizationWorld as PlanetScaleOrganizationWorld,
  PasswordRole as PlanetScalePasswordRole,
  PasswordWorld as PlanetScalePasswordWorld,
  PlanetScaleBehaviour,
  PlanetScaleWorld,
  RoleWorld as PlanetScaleRoleWorld,
  Safety as PlanetScaleSafety,
  ServiceTokenWorld,
} from './providers/planetscale/world.ts';
export type {
  AppWorld as GitHubAppWorld,
  GitHubBehaviour,
  GitHubWorld,
  InstallationWorld as GitHubInstallationWorld,
  ItemsWorld,
  ItemWorld,
  OrganizationWorld as GitHubOrganizationWorld,
  RepositoryWorld,
  TokenWorld as GitHubTokenWorld,
  UserWorld as GitHubUserWorld,
  Visibility,
} from './providers/github/world.ts';
export type {
  AccessTokenWorld as GitLabAccessTokenWorld,
  GitLabBehaviour,
  GitLabWorld,
  GroupWorld as GitLabGroupWorld,
  HolderWorld as GitLabHolderWorld,
  MemberWorld as GitLabMemberWorld,
  ProjectWorld as GitLabProjectWorld,
  ProtectedBranchWorld as GitLabProtectedBranchWorld,
  Role as GitLabRole,
  TokenWorld as GitLabTokenWorld,
  VariableWorld as GitLabVariableWorld,
  Visibility as GitLabVisibility,
} from './providers/gitlab/world.ts';
export type {
  AwsAccessKeyWorld,
  AwsBehaviour,
  AwsKeyStatus,
  AwsUserWorld,
  AwsWorld,
} from './providers/aws/world.ts';
export type {
  AccessKeyWorld as S3AccessKeyWorld,
  Action as S3Action,
  BucketWorld as S3BucketWorld,
  Condition as S3Condition,
  ObjectWorld as S3ObjectWorld,
  S3Behaviour,
  S3World,
} from './providers/s3/world.ts';
export type {
  CircleCiBehaviour,
  CircleCiWorld,
  ContextDetailsWorld as CircleCiContextDetailsWorld,
  OrganizationWorld as CircleCiOrganizationWorld,
  ProjectDetailsWorld as CircleCiProjectDetailsWorld,
  RestrictionWorld as CircleCiRestrictionWorld,
  TokenWorld as CircleCiTokenWorld,
  VariableWorld as CircleCiVariableWorld,
  VariablesWorld as CircleCiVariablesWorld,
} from './providers/circleci/world.ts';
