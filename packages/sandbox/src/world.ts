import type { AwsWorld } from './providers/aws/world.ts';
import type { CircleCiWorld } from './providers/circleci/world.ts';
import type { GitHubWorld } from './providers/github/world.ts';
import type { GitLabWorld } from './providers/gitlab/world.ts';
import type { PlanetScaleWorld } from './providers/planetscale/world.ts';
import type { S3World } from './providers/s3/world.ts';

/**
 * Everything that the providers hold, as plain data.
 *
 * What `GET /state` shows is a world, and can be given to `POST /seed` or `startSandbox` again. In a world that is
 * given, a provider that is left out keeps what it is seeded with; `{}` empties it.
 */
export interface World {
  readonly planetscale?: PlanetScaleWorld;
  readonly github?: GitHubWorld;
  readonly gitlab?: GitLabWorld;
  readonly circleci?: CircleCiWorld;
  readonly aws?: AwsWorld;
  readonly s3?: S3World;
}
