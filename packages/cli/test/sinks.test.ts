import { execFileSync } from 'node:child_process';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import { describe, expect, it } from 'vitest';

import { ID, makePlace, TOKEN, type Place } from './keyturn.ts';

const CONFIG = `
issuer: { kind: planetscale, org: acme }
rotations:
  ci-github:
    grace: "0"
    sinks: [github:acme/web, "github:acme/api?environment=production", github:acme/docs?app=dependabot]
  ci-gitlab:
    grace: "0"
    sinks: ["gitlab:acme/infra?scope=production", "gitlab:acme/infra", "gitlab:acme?level=group"]
  ci-circleci:
    grace: "0"
    sinks: [circleci:gh/acme/web, "circleci:gh/acme?context=deploy", "env:.env.ci?format=docker"]
`;

interface Variable {
  readonly key: string;
  readonly value: string;
  readonly environment_scope?: string;
}

/** The id and the secret that each of the nine sinks holds, by target. */
async function held(place: Place): Promise<Record<string, (string | undefined)[]>> {
  const { github, gitlab, circleci } = place.sandbox.state() as unknown as {
    github: Record<
      string,
      Record<string, Record<string, { value?: string } & Record<string, { value: string }>>>
    >;
    gitlab: Record<string, { variables: Variable[] }> & {
      groups?: Record<string, { variables: Variable[] }>;
    };
    circleci: {
      projects: Record<string, Record<string, { value: string }>>;
      contexts: Record<string, Record<string, { value: string }>>;
    };
  };
  const pair = (secrets: Record<string, { value?: string }> | undefined) => [
    secrets?.[ID]?.value,
    secrets?.[TOKEN]?.value,
  ];
  const scoped = (variables: readonly Variable[] | undefined, scope: string) =>
    [ID, TOKEN].map(
      (key) =>
        variables?.find((one) => one.key === key && (one.environment_scope ?? '*') === scope)
          ?.value,
    );
  const group = gitlab.groups?.['acme'] ?? gitlab['acme'];
  const env = new Map(
    (await readFile(join(place.folder, '.env.ci'), 'utf8'))
      .trim()
      .split('\n')
      .map((line) => line.split('=') as [string, string]),
  );
  return {
    repository: pair(github['acme/web']?.['actions']),
    environment: pair(github['acme/api']?.['environments']?.['production']),
    dependabot: pair(github['acme/docs']?.['dependabot']),
    production: scoped(gitlab['acme/infra']?.variables, 'production'),
    everywhere: scoped(gitlab['acme/infra']?.variables, '*'),
    group: scoped(group?.variables, '*'),
    project: pair(circleci.projects['gh/acme/web']),
    context: pair(circleci.contexts['gh/acme/deploy']),
    env: [env.get(ID), env.get(TOKEN)],
  };
}

describe('three rotations over nine sinks of all four kinds', () => {
  it('each get a token of their own everywhere, and lose the old one, with one command', async () => {
    const place = await makePlace();
    await writeFile(join(place.folder, 'keyturn.config.yaml'), CONFIG);
    for (const name of ['ci-github', 'ci-gitlab', 'ci-circleci'])
      await place.keyturn(['plan', name, '--replaces', place.token(name).id]);
    for (const name of ['ci-github', 'ci-gitlab', 'ci-circleci'])
      expect((await place.keyturn(['rotate', name, '--replaces', place.token(name).id])).code).toBe(
        0,
      );
    const { code, stdout } = await place.keyturn(['rotate', '--force', '--json']);
    expect(code).toBe(0);
    const [github, gitlab, circleci] = (
      JSON.parse(stdout).rotations as { outcome: string; current: { id: string } }[]
    ).map(({ outcome, current: { id } }) => {
      expect(outcome).toBe('rotated');
      return [id, place.token(id).token];
    });
    expect(await held(place)).toEqual({
      repository: github,
      environment: github,
      dependabot: github,
      production: gitlab,
      everywhere: gitlab,
      group: gitlab,
      project: circleci,
      context: circleci,
      env: circleci,
    });
    expect(
      place
        .tokens()
        .filter(({ name, revokedAt }) => name.startsWith('keyturn-') && revokedAt === null),
    ).toHaveLength(3);
  }, 60_000);
});

describe('a sink that is named by its kind alone', () => {
  it.each([
    ['github', 'git@github.com:acme/web.git', 'ci-github', 'github:acme/web'],
    ['gitlab', 'https://gitlab.com/acme/infra.git', 'ci-gitlab', 'gitlab:acme/infra'],
    ['circleci', 'https://github.com/acme/web', 'ci-circleci', 'circleci:gh/acme/web'],
  ])('%s is found by the git remote %s', async (kind, remote, token, target) => {
    const place = await makePlace();
    execFileSync('git', ['init', '-q'], { cwd: place.folder });
    execFileSync('git', ['remote', 'add', 'origin', remote], { cwd: place.folder });
    expect(await rotateKind(place, kind, token, {})).toEqual([{ id: target, status: 'delivered' }]);
  });

  it.each<[string, Record<string, string>, string, string]>([
    ['github', { GITHUB_REPOSITORY: 'acme/web' }, 'ci-github', 'github:acme/web'],
    ['gitlab', { CI_PROJECT_PATH: 'acme/infra' }, 'ci-gitlab', 'gitlab:acme/infra'],
    [
      'circleci',
      { CIRCLE_PROJECT_USERNAME: 'acme', CIRCLE_PROJECT_REPONAME: 'web' },
      'ci-circleci',
      'circleci:gh/acme/web',
    ],
  ])("%s is found by CI's own variables", async (kind, env, token, target) => {
    expect(await rotateKind(await makePlace(), kind, token, env)).toEqual([
      { id: target, status: 'delivered' },
    ]);
  });

  it('is asked for where nothing tells', async () => {
    const place = await makePlace();
    const { code, stderr } = await place.keyturn(['rotate', '--sink', 'github']);
    expect([code, stderr.includes('--sink github:PATH')]).toEqual([2, true]);
  });
});

async function rotateKind(
  place: Place,
  kind: string,
  token: string,
  env: Record<string, string>,
): Promise<unknown> {
  const { code, stdout, stderr } = await place.keyturn(
    ['rotate', '--sink', kind, '--replaces', place.token(token).id, '--json'],
    env,
  );
  return code === 0 ? JSON.parse(stdout).rotations[0].sinks : stderr;
}
