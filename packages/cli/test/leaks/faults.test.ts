import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';

import { controlOf } from '@keyturn/sandbox';
import { describe, expect, it } from 'vitest';

import { makePlace, type Place } from '../keyturn.ts';
import { leaksIn, secretsOf } from '../secrets.ts';

/** Everything the program left in the folder but the env file, as text. */
async function files(place: Place): Promise<string> {
  const names = await readdir(place.folder, { recursive: true, withFileTypes: true });
  const kept = names.filter((entry) => entry.isFile() && !entry.name.startsWith('.env'));
  return (
    await Promise.all(kept.map((entry) => readFile(join(entry.parentPath, entry.name), 'latin1')))
  ).join('\n');
}

describe('a secret', () => {
  it.each([
    ['a rotation', []],
    [
      'a lost answer to the creation',
      [
        {
          provider: 'planetscale',
          method: 'POST',
          path: 'service-tokens$',
          times: 1,
          action: { dropResponse: true },
        },
      ],
    ],
    [
      'a refused write that echoes what was sent',
      [
        {
          provider: 'github',
          method: 'PUT',
          path: 'secrets',
          action: { status: 422, body: { message: 'bad value' } },
        },
      ],
    ],
    [
      'a broken answer',
      [
        {
          provider: 'github',
          method: 'PUT',
          path: 'secrets',
          action: { status: 200, body: '<html>' },
        },
      ],
    ],
    [
      'a grant that is refused',
      [
        {
          provider: 'planetscale',
          method: 'POST',
          path: '/access',
          action: { status: 403, body: '{}' },
        },
      ],
    ],
    [
      'verification that fails',
      [
        {
          provider: 'planetscale',
          method: 'GET',
          path: '/organizations$',
          action: { status: 500, body: 'x' },
        },
      ],
    ],
  ])('is in no output and no file but the env file, after %s', async (_, faults) => {
    const place = await makePlace();
    await controlOf(place.sandbox).fault(...faults);
    const old = place.token('ci-github').id;
    const { stdout, stderr } = await place.keyturn(
      [
        'rotate',
        '--sink',
        'github:acme/web',
        '--sink',
        'env:.env.ci',
        '--replaces',
        old,
        '--grace',
        '0',
        '--json',
      ],
      { KEYTURN_DEBUG: '1' },
    );
    const status = await place.keyturn(['token', 'list']);
    const everything = [stdout, stderr, status.stdout, status.stderr, await files(place)].join(
      '\n',
    );
    const secrets = secretsOf(place);
    expect(secrets.length).toBeGreaterThan(4);
    expect(leaksIn(everything, secrets)).toEqual([]);
  });
});
