import { awsSeed } from './providers/aws/seed.ts';
import { circleciSeed } from './providers/circleci/seed.ts';
import { githubSeed } from './providers/github/seed.ts';
import { gitlabSeed } from './providers/gitlab/seed.ts';
import { planetscaleSeed } from './providers/planetscale/seed.ts';
import { s3Seed } from './providers/s3/seed.ts';
import type { World } from './world.ts';

/**
 * The world that a sandbox starts with: the organization acme with everything that the demo and the tests need.
 * The same for the same time; the plaintexts are made from names, so they are known and never written down.
 */
export function seedWorld(now: number): Required<World> {
  return {
    planetscale: planetscaleSeed(now),
    github: githubSeed(now),
    gitlab: gitlabSeed(now),
    circleci: circleciSeed(now),
    aws: awsSeed(now),
    s3: s3Seed(),
  };
}
