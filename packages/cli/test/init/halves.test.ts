import { readFile } from 'node:fs/promises';
import { join } from 'node:path';

import { describe, expect, it } from 'vitest';

import { rotationOf } from '../../src/scaffold/edit-config.ts';
import { ID, makePlace, others, TOKEN, type Place } from '../keyturn.ts';

const WEB = 'github:acme/web';

const init = (place: Place) =>
  place.keyturn(['init', 'github:acme/web', '--org', 'acme', '--ci', 'none', '--yes']);

const read = (place: Place): Promise<string> =>
  readFile(join(place.folder, 'keyturn.config.yaml'), 'utf8').catch(() => '');

describe('keyturn init where a repository has half of the usual names', () => {
  it('proposes the names that are there, and the first rotation works', async () => {
    const place = await makePlace();
    const { id, token } = place.token('ci-github');
    await others(
      place,
      { op: 'remove', sink: WEB, name: ID },
      { op: 'write', sink: WEB, name: 'PSCALE_SERVICE_TOKEN_ID', value: id },
    );
    expect((await init(place)).code).toBe(0);
    const text = await read(place);
    expect(text).toContain('      id: PSCALE_SERVICE_TOKEN_ID\n');
    expect(text.split(WEB)).toHaveLength(2);
    const { code } = await place.keyturn(['rotate', '--replaces', id, '--grace', '0']);
    expect(code).toBe(0);
    expect(place.secret('acme/web', TOKEN)).not.toBe(token);
    expect(place.secret('acme/web', ID)).toBeUndefined();
  });

  it('leaves it out and says what is there, if nothing fits', async () => {
    const place = await makePlace();
    await others(
      place,
      { op: 'remove', sink: WEB, name: ID },
      { op: 'write', sink: WEB, name: 'MY_OWN_NAME', value: 'x' },
    );
    const { code, stderr } = await init(place);
    expect(code).toBe(2);
    const shown = stderr.replaceAll(/\s+/g, ' ');
    expect(shown).toContain(`${WEB} contains ${TOKEN}, but not ${ID}`);
    expect(shown).toContain('MY_OWN_NAME');
    expect(await read(place)).toBe('');
  });
});

it('a field with several names stands in the configuration as a list', () => {
  const defaults = { pair: { id: 'ID', token: 'TOKEN' }, joined: 'J', file: 'F', slot: 'S' };
  const layout = { kind: 'pair', names: { id: ['ID', 'NAME'], token: ['TOKEN'] } } as const;
  expect(rotationOf({ layout, sinks: [WEB] }, defaults)).toEqual({
    names: { id: ['ID', 'NAME'] },
    sinks: [WEB],
  });
});
