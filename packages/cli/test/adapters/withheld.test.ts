import { chmod, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import { systemClock, systemRandom, type SinkAdapter } from '@keyturn/core';
import { expect, it } from 'vitest';

import { ownKinds } from '@keyturn/host/session';
import { temporaryFolder } from '../../../host/test/temporary-folder.ts';

/** What the adapters of keyturn that are here declare as secret. */
async function credentials(): Promise<string[]> {
  const adapters = [
    '@keyturn/issuer-planetscale',
    ...ownKinds('sink').map((kind) => `@keyturn/sink-${kind}`),
  ];
  const modules = await Promise.all(
    adapters.map((name) => import(name) as Promise<{ default: Pick<SinkAdapter, 'env'> }>),
  );
  return modules.flatMap(({ default: { env } }) =>
    env.filter(({ secret }) => secret).map(({ name }) => name),
  );
}

it('gives the program of an exec sink no credential that another adapter signs in with', async () => {
  const names = await credentials();
  expect(names).toContain('PLANETSCALE_SERVICE_TOKEN');
  const folder = await temporaryFolder({});
  await writeFile(join(folder, 'put.sh'), '#!/bin/sh\ncat >/dev/null\nenv >env.txt\n');
  await chmod(join(folder, 'put.sh'), 0o755);
  const { default: exec } = (await import('@keyturn/sink-exec')) as { default: SinkAdapter };
  const sink = await exec.open('exec:./put.sh?env=STAYS', {
    env: {
      PATH: process.env['PATH'],
      STAYS: 'here',
      ...Object.fromEntries(names.map((name) => [name, 'planted'])),
    },
    fetch: () => Promise.reject(new Error('no network')),
    clock: systemClock,
    random: systemRandom,
    directory: folder,
    allow: new Set(),
  });
  await sink.deliver([{ name: 'TOKEN', value: 'x' }], { signal: new AbortController().signal });
  const env = await readFile(join(folder, 'env.txt'), 'utf8');
  expect(env).toContain('STAYS=here');
  expect(env.split('\n').filter((line) => line.endsWith('=planted'))).toEqual([]);
});
