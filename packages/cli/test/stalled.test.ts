import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import { describe, expect, it } from 'vitest';

import { installCore } from './author.ts';
import { makePlace, type Place } from './keyturn.ts';

/** A sink whose check never ends, and keeps nothing open that Node would wait for. */
const SINK = `import { defineSink } from '@keyturn/core';
export default defineSink({
  kind: 'endless',
  env: [],
  parseTarget: ({ path }) => path,
  options: { '~standard': { version: 1, vendor: 'x', validate: (value) => ({ value }) } },
  connect: (path) => ({
    id: 'endless:' + path,
    supports: { readBack: 'none', atomic: true, remove: false },
    limits: {},
    check: () => new Promise(() => {}),
    deliver: async () => ({ at: new Date().toISOString() }),
    confirm: async () => 'unreadable',
  }),
});
`;

async function withSink(): Promise<Place> {
  const place = await makePlace();
  await installCore(place.folder);
  await writeFile(join(place.folder, 'endless.mjs'), SINK);
  return place;
}

const SOURCE = { NODE_OPTIONS: '--conditions=@keyturn/source' };

describe('an adapter that never answers', () => {
  it('ends a run with words and a code of its own', async () => {
    const place = await withSink();
    const old = place.token('ci-github').id;
    const args = ['plan', '--sink', './endless.mjs:x', '--replaces', old];
    const ended = await place.keyturn(args, SOURCE);
    expect(ended.code).toBe(1);
    expect(ended.stderr).toContain('keyturn: stalled: an adapter never responded');
  });

  it('is told by doctor beside the rest, in time', async () => {
    const place = await withSink();
    const args = ['doctor', '--sink', './endless.mjs:x', '--timeout', '1s', '--json'];
    const ended = await place.keyturn(args, SOURCE);
    expect(ended.code).toBe(6);
    const { diagnoses } = JSON.parse(ended.stdout);
    const found = diagnoses.filter(({ severity }: { severity: string }) => severity === 'problem');
    expect(found).toMatchObject([
      { area: 'sinks', text: expect.stringMatching(/^endless:x: .*1s$/), sinks: ['endless:x'] },
    ]);
  });
});
