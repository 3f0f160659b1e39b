import { KeyturnError } from '@keyturn/core';
import { expect, it } from 'vitest';

import { describe } from '../src/output/describe.ts';
import { makePlace } from './keyturn.ts';

it.each([
  ['names it', {}],
  ['does not', { GITHUB_TOKEN: ' ' }],
])('a sink that failed is named once where its error %s', async (_, env) => {
  const place = await makePlace();
  const args = ['rotate', '--sink', 'github:acme/nothing', '--org', 'acme'];
  const { stdout, stderr } = await place.keyturn(args, env);
  const lines = `${stdout}${stderr}`.split('\n').filter((line) => /failed +github/.test(line));
  expect(lines).not.toHaveLength(0);
  for (const line of lines) expect(line.match(/github:acme\/nothing/g)).toHaveLength(1);
});

it('a sink that stopped the run is told of once, with what to do', async () => {
  const place = await makePlace();
  const { id } = place.token('ci-github');
  const args = ['rotate', '--sink', 'github:acme/nothing', '--org', 'acme', '--replaces', id];
  const { code, stdout } = await place.keyturn(args);
  expect(code).toBe(4);
  expect(stdout.match(/^ {2}(failed|error|fix) /gm)).toEqual(['  failed ', '  fix ']);
});

it('is named in progress as well', () => {
  const error = new KeyturnError('CREDENTIALS_MISSING', 'no token');
  const progress = { type: 'sink', rotation: 'ci', sink: 'github:acme/web', error } as const;
  expect(describe(progress, 0)?.text).toBe('github:acme/web: no token');
});
