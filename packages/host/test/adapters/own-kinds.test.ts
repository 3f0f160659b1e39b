import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';

import { describe, expect, it } from 'vitest';

import { ownKinds, ownSchemes } from '../../src/adapters/own-kinds.ts';

const packages = join(import.meta.dirname, '..', '..', '..');

interface Manifest {
  readonly keyturn?: { readonly store?: string; readonly schemes?: readonly string[] };
}

async function stores(): Promise<Manifest[]> {
  const folders = (await readdir(packages)).filter((name) => name.startsWith('store-'));
  const texts = folders.map((name) => readFile(join(packages, name, 'package.json'), 'utf8'));
  return (await Promise.all(texts)).map((text) => JSON.parse(text) as Manifest);
}

describe('the stores that keyturn knows without having found them', () => {
  it('are those that there are, with the schemes that they declare', async () => {
    const declared = (await stores()).map(({ keyturn = {} }) => keyturn);
    expect(new Set(declared.map(({ store }) => store))).toEqual(new Set(ownKinds('store')));
    const schemes = declared.flatMap(({ store, schemes: own = [] }) =>
      own.map((scheme) => [scheme, store]),
    );
    expect(Object.fromEntries(schemes)).toEqual(Object.fromEntries(ownSchemes()));
  });
});
