import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import { controlOf, type JobResult } from '@keyturn/sandbox';
import { expect, it } from 'vitest';

import { ID, makePlace, TOKEN } from './keyturn.ts';

/** Every layout with its sinks; `pair` is here to show that the readers would see a torn one. */
const rotations = {
  pair: ['github:acme/docs'],
  joined: ['github:acme/web', 'gitlab:acme/infra', 'circleci:gh/acme/web'],
  file: ['github:acme/web', 'gitlab:acme/infra', 'circleci:gh/acme?context=deploy'],
  slots: ['github:acme/web', 'github:acme/api?environment=production'],
};

it('a job that starts at any moment reads a whole pair, with every layout but pair', async () => {
  const place = await makePlace();
  const control = controlOf(place.sandbox);
  const config = {
    issuer: { kind: 'planetscale', org: 'acme' },
    rotations: Object.fromEntries(
      [...Object.entries(rotations), ['env', ['env:.env.ci']] as const].map(([name, sinks]) => [
        name,
        {
          layout: name === 'env' ? 'pair' : name,
          sinks,
          token: { permissions: place.token('ci-github').accesses },
        },
      ]),
    ),
  };
  await writeFile(join(place.folder, 'keyturn.config.json'), JSON.stringify(config));
  const rotate = async (): Promise<void> => {
    const ended = await place.keyturn(['rotate', '--force', '--grace', '1h']);
    expect(ended).toMatchObject({ code: 0 });
  };
  await rotate();
  // One of the two secrets is always late, so that a torn pair could be seen.
  await control.fault({
    provider: 'github',
    method: 'PUT',
    path: 'SERVICE_TOKEN(?:_[AB])?$',
    times: 1000,
    action: { delayMs: 60 },
  });

  const reads = new Map<string, JobResult[]>();
  const over = new AbortController();
  const poll = async (layout: string, sink: string): Promise<void> => {
    const seen: JobResult[] = [];
    reads.set(`${layout} ${sink}`, seen);
    while (!over.signal.aborted) seen.push(await control.job({ sink, layout }));
  };
  const pairs = new Set<string>();
  const pollFile = async (): Promise<void> => {
    while (!over.signal.aborted) pairs.add(await readFile(join(place.folder, '.env.ci'), 'utf8'));
  };
  const readers = Object.entries(rotations).flatMap(([layout, sinks]) =>
    sinks.map((sink) => poll(layout, sink)),
  );
  readers.push(pollFile());
  try {
    for (let times = 0; times < 3; times++) await rotate();
  } finally {
    over.abort();
    await Promise.all(readers);
  }

  const torn = [...reads].filter(([, seen]) => seen.some(({ ok }) => !ok)).map(([who]) => who);
  expect(torn).toEqual(['pair github:acme/docs']);
  const tokens = [...reads.values()].map(
    (seen) => new Set(seen.map(({ tokenId }) => tokenId)).size,
  );
  expect(Math.min(...tokens)).toBeGreaterThan(2);
  const whole = place.tokens().map(({ id, token }) => `${ID}=${id}\n${TOKEN}=${token}\n`);
  expect(whole).toEqual(expect.arrayContaining([...pairs]));
  expect(pairs.size).toBeGreaterThan(2);
}, 60_000);

it('a plan says which sinks may be read torn', async () => {
  const place = await makePlace();
  const config = {
    issuer: { kind: 'planetscale', org: 'acme' },
    rotations: {
      pair: { layout: 'pair', sinks: ['github:acme/web', 'env:.env'] },
      slots: { layout: 'slots', sinks: ['github:acme/api'] },
    },
  };
  await writeFile(join(place.folder, 'keyturn.config.json'), JSON.stringify(config));
  const plan = async (name: string): Promise<string> => {
    const old = place.token('ci-github').id;
    return (await place.keyturn(['plan', name, '--replaces', old])).stdout;
  };
  expect(await plan('pair')).toMatch(/^ +torn +.*github:acme\/web /m);
  expect(await plan('slots')).not.toContain('torn');
});

it('refuses slots where a sink has no variable, before anything is created', async () => {
  const place = await makePlace();
  const config = {
    issuer: { kind: 'planetscale', org: 'acme' },
    rotations: { ci: { layout: 'slots', sinks: ['gitlab:acme/infra'] } },
  };
  await writeFile(join(place.folder, 'keyturn.config.json'), JSON.stringify(config));
  const before = place.tokens().length;
  const old = place.token('ci-gitlab').id;
  const { code, stdout } = await place.keyturn(['rotate', '--replaces', old]);
  expect(code).toBe(2);
  expect(stdout).toContain('gitlab:acme/infra does not support the layout slots');
  expect(stdout).toContain('joined or file: ');
  expect(place.tokens()).toHaveLength(before);
});

it('refuses two rotations that flip the same variable', async () => {
  const place = await makePlace();
  const config = {
    issuer: { kind: 'planetscale', org: 'acme' },
    rotations: {
      one: { layout: 'slots', names: { id: 'A', token: 'B' }, sinks: ['github:acme/web'] },
      two: { layout: 'slots', names: { id: 'C', token: 'D' }, sinks: ['github:acme/web'] },
    },
  };
  await writeFile(join(place.folder, 'keyturn.config.json'), JSON.stringify(config));
  const { code, stderr } = await place.keyturn(['plan']);
  expect(code).toBe(2);
  expect(stderr).toContain('one and two both write PLANETSCALE_SLOT to github:acme/web');
});
