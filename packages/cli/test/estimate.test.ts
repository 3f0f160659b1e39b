import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import { describe, expect, it } from 'vitest';

import { runIn } from './inside.ts';
import { makePlace, type Place } from './keyturn.ts';
import { requestsOf } from './running.ts';

interface Case {
  readonly issuer: object;
  readonly rotation: object;
  readonly old: (place: Place) => string | undefined;
}

const CI = ['github:acme/web', 'gitlab:acme/infra', 'circleci:gh/acme/web'];
const service = { issuer: { kind: 'planetscale', org: 'acme' }, old: oldToken };

const CASES: Readonly<Record<string, Case>> = {
  'a service token into three systems, without a grace': {
    ...service,
    rotation: { grace: '0', sinks: CI },
  },
  'a service token into a file and a repository, with a grace': {
    ...service,
    rotation: { sinks: ['env:.env', 'github:acme/web'] },
  },
  'a GitLab token': {
    issuer: { kind: 'gitlab-token', project: 'acme/infra' },
    rotation: {
      names: { token: 'READER' },
      token: { permissions: ['access_level=developer', 'scope=read_api'] },
      sinks: ['gitlab:acme/infra'],
    },
    old: ({ sandbox }) =>
      sandbox
        .state()
        .gitlab?.['acme/infra']?.accessTokens?.find(({ name }) => name === 'ci-infra')
        ?.id?.toString(),
  },
  'a branch password, the first one': {
    issuer: { kind: 'planetscale-password', org: 'acme', database: 'shop', role: 'reader' },
    rotation: { names: { url: 'DATABASE_URL' }, sinks: CI },
    old: () => undefined,
  },
};

function oldToken(place: Place): string {
  return place.token('ci-github').id;
}

async function prepare({ issuer, rotation, old }: Case) {
  const place = await makePlace();
  await writeFile(
    join(place.folder, 'keyturn.config.json'),
    JSON.stringify({ issuer, rotations: { ci: rotation } }),
  );
  const id = old(place);
  const run = async (command: string) => {
    const before = (await requestsOf(place)).length;
    const words = [command, '--json', ...(id === undefined ? [] : ['--replaces', id])];
    const ended = await runIn(words, place.folder, place.sandbox.env);
    const [report] = JSON.parse(ended.stdout).rotations;
    return { report, made: (await requestsOf(place)).length - before };
  };
  return { place, run };
}

describe('the estimate of a plan', () => {
  it.each(Object.entries(CASES))('is the number of requests of %s', async (_, one) => {
    const { run } = await prepare(one);
    const plan = await run('plan');
    const { report, made } = await run('rotate');
    expect(report).toMatchObject({ error: null, estimate: null });
    expect(plan.report.estimate.requests).toBe(made);
    expect(plan.report.estimate.requestsInRow).toBeLessThanOrEqual(made);
  });

  it('has the wait of an issuer that is slow to show its keys', async () => {
    const { run } = await prepare({
      issuer: { kind: 'aws-iam', user: 'ci' },
      rotation: { sinks: ['github:acme/web'] },
      old: ({ sandbox }) => sandbox.state().aws?.users?.['ci']?.accessKeys?.[0]?.accessKeyId,
    });
    const { report } = await run('plan');
    expect(report.estimate.milliseconds).toBeGreaterThanOrEqual(10_000);
  });

  it('is unknown if nothing is due', async () => {
    const one = CASES['a service token into a file and a repository, with a grace'];
    if (one === undefined) throw new Error('no such case');
    const { place, run } = await prepare(one);
    await run('rotate');
    const { stdout } = await runIn(['plan', '--json'], place.folder, place.sandbox.env);
    expect(JSON.parse(stdout).rotations[0].estimate).toBeNull();
  });
});
