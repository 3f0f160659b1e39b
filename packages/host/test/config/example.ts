import path from 'node:path';

import { loadConfig } from '../../src/config/load.ts';
import type { Config } from '../../src/config/config.ts';
import { temporaryFolder } from '../temporary-folder.ts';

/** The example of the design, with every key. */
export const EXAMPLE = `issuer: { kind: planetscale, org: acme }
rotations:
  ci-github:                       # one token per CI system
    maxAge: 90d
    grace: 1h
    settle: 2m
    token: { ttl: 120d, permissions: copy }
    layout: pair
    names: { id: PLANETSCALE_SERVICE_TOKEN_ID, token: PLANETSCALE_SERVICE_TOKEN }
    sinks: [github:acme/web, "github:acme/api?environment=production"]
  ci-gitlab: { sinks: ["gitlab:acme/infra?scope=production"] }
  ci-circle: { sinks: ["circleci:gh/acme/web", "circleci:gh/acme?context=deploy"] }
  laptop:    { sinks: [env:.env.local] }
`;

/** A configuration of one rotation, in the flow style. */
export const rotation = (text: string): string =>
  `issuer: { kind: planetscale }\nrotations:\n  ci: ${text}\n`;

export async function load(text: string, name = 'keyturn.config.yaml'): Promise<Config> {
  const folder = await temporaryFolder({ [name]: text });
  return loadConfig(path.join(folder, name));
}
