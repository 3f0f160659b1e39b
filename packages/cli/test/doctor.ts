import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import { expect } from 'vitest';

import { makePlace, TOKEN, type Place } from './keyturn.ts';

/** One line of the doctor's. */
export interface Line {
  readonly area: string;
  readonly rule: string;
  readonly severity: 'ok' | 'note' | 'warning' | 'problem';
  readonly text: string;
  readonly fix: string | null;
}

export const CONFIG = `issuer: { kind: planetscale, org: acme }
rotations:
  ci-github: { sinks: [github:acme/web, "github:acme/api?environment=production"] }
  ci-gitlab: { sinks: [gitlab:acme/infra] }
  ci-circle: { sinks: ["circleci:gh/acme/web", "circleci:gh/acme?context=deploy"] }
  laptop: { sinks: [env:.env.local] }
`;

/** A folder with this configuration, or with none. */
export async function place(config = CONFIG): Promise<Place> {
  const made = await makePlace();
  if (config !== '') await writeFile(join(made.folder, 'keyturn.config.yaml'), config);
  return made;
}

export type Env = Readonly<Record<string, string | undefined>>;

/** The diagnoses, which show no secret. */
export async function examine(
  here: Place,
  args: readonly string[] = [],
  env: Env = {},
): Promise<{ lines: Line[]; code: number | null; found: Line[] }> {
  // The sandbox has a login for pscale beside the service token, which has a test of its own.
  const variablesOf = { PLANETSCALE_API_TOKEN: undefined, ...env };
  const { stdout, stderr, code } = await here.keyturn(['doctor', ...args, '--json'], variablesOf);
  const variables = ['GITHUB_TOKEN', 'GITLAB_TOKEN', 'CIRCLECI_TOKEN', TOKEN];
  const secrets = [
    ...here.tokens().map(({ token }) => token),
    ...variables.flatMap((name) => [here.sandbox.env[name] ?? '', env[name] ?? '']),
  ].filter((secret) => secret.length > 12);
  for (const secret of secrets) expect(stdout + stderr).not.toContain(secret);
  const { healthy, diagnoses } = JSON.parse(stdout) as { healthy: boolean; diagnoses: Line[] };
  expect(code).toBe(healthy ? 0 : 6);
  const found = diagnoses.filter(({ severity }) => severity !== 'ok');
  return { lines: diagnoses, code, found };
}

export const problems = (lines: readonly Line[]) =>
  lines.filter(({ severity }) => severity === 'problem');
