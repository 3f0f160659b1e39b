import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import { describe, expect, it } from 'vitest';

import { makePlace, type Place } from './keyturn.ts';

async function configured(): Promise<Place> {
  const place = await makePlace();
  const config = {
    issuer: { kind: 'planetscale', org: 'acme' },
    rotations: { ci: { sinks: ['github:acme/web'] } },
  };
  await writeFile(join(place.folder, 'keyturn.config.json'), JSON.stringify(config));
  return place;
}

describe('every command with --json', () => {
  it('prints one document with its version and its warnings', async () => {
    const place = await configured();
    const { id } = place.token('ci-github');
    for (const line of [
      ['adopt', 'ci', '--token-id', id],
      ['rotate', '--force'],
      ['plan'],
      ['abort', 'ci'],
      ['status'],
      ['history'],
      ['forget', 'ci', '--sink', 'github:acme/web', '--yes'],
      ['audit', '--fail-on', 'never'],
      ['doctor'],
      ['discover', 'github:acme/web'],
      ['adapters'],
      ['token', 'list'],
      ['token', 'show', id],
    ]) {
      const { code, stdout } = await place.keyturn([...line, '--json']);
      expect([line, code]).toEqual([line, 0]);
      expect(JSON.parse(stdout)).toMatchObject({ schemaVersion: 1, warnings: [] });
    }
  });

  it('prints one with the error where it failed as a whole', async () => {
    const place = await configured();
    for (const line of [
      ['rotate', 'nope'],
      ['status', '--zzz'],
      ['history', 'nope'],
      ['adopt', 'ci'],
      ['forget', 'ci', '--sink', 'github:acme/web', '--yes'],
      ['audit', '--rule', 'nope'],
      ['token', 'show', 'nope'],
    ]) {
      const { code, stdout } = await place.keyturn([...line, '--json']);
      expect([line, code]).not.toEqual([line, 0]);
      expect(JSON.parse(stdout)).toMatchObject({
        schemaVersion: 1,
        warnings: [],
        error: { code: expect.any(String), message: expect.any(String) },
      });
    }
  });
});
