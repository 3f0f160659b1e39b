import { readFile } from 'node:fs/promises';
import { join } from 'node:path';

import { describe, expect, it } from 'vitest';

import { threats } from '../threats/threats.ts';

const root = join(import.meta.dirname, '..', '..');
const page = await readFile(join(root, 'SECURITY.md'), 'utf8');
/** `| the promise | [its test](path) |` */
const promised = [...page.matchAll(/^\| ([^|]+?) \| \[[^\]]+\]\(([^)]+)\) \|$/gm)].map(
  ([, promise = '', test = '']) => ({ promise, test }),
);

describe('every promise of SECURITY.md', () => {
  it('names the test that holds it, and has a mistake that this test notices', () => {
    expect(promised).toEqual(threats.map(({ promise, test }) => ({ promise, test })));
  });

  it.each(threats)('can be broken: $promise', async ({ test, mistake: [file, before] }) => {
    expect((await readFile(join(root, file), 'utf8')).split(before)).toHaveLength(2);
    expect(await readFile(join(root, test), 'utf8')).not.toBe('');
  });
});
