import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import { describe, expect, it } from 'vitest';

import { fleet } from '../status/fleet.ts';
import { world } from '../status/world.ts';

describe('keyturn history', () => {
  it('checks the chain and tells each rotation, the newest last', async () => {
    const { keyturn } = await world(fleet);
    const { code, stdout } = await keyturn('history', 'idle');
    expect(code).toBe(0);
    expect(stdout).toMatch(
      /^idle {2}26 records, .*intact\n {2}\d{4}-\d\d-\d\d \d\d:\d\d UTC {2}rotated in 3s\n/,
    );
    expect(stdout).toMatch(/ {4}replaced {2}idl000000001, revoked at .* UTC, 1h 1m later\n/);
    expect(stdout.indexOf('idl000000002  keyturn')).toBeLessThan(
      stdout.indexOf('idl000000003  keyturn'),
    );
  });

  it('tells every ledger without a configuration, as text and as one document', async () => {
    const { keyturn } = await world(fleet);
    const { rotations } = JSON.parse((await keyturn('history', '--json', '--limit', '1')).stdout);
    expect(rotations).toHaveLength(11);
    expect(rotations[5]).toMatchObject({
      name: 'idle',
      records: 26,
      rotated: 2,
      omitted: 1,
      stories: [{ token: 'idl000000003' }],
      error: null,
    });
  });

  it('tells up to where a record was altered, and fails', async () => {
    const { keyturn, folder } = await world(fleet);
    const path = join(folder, '.keyturn', 'idle.jsonl');
    const text = await readFile(path, 'utf8');
    await writeFile(path, text.replace('"token":"idl000000003"', '"token":"idl000000009"'));
    const { code, stdout } = await keyturn('history');
    expect(code).toBe(2);
    expect(stdout).toMatch(/^idle {2}1\d records, then the chain breaks$/m);
    expect(stdout).toMatch(/✖ +.*idle\.jsonl:1\d: record 1\d does not follow the previous record/);
    expect(stdout).toMatch(/^lost {2}4 records, .*intact$/m);
  });

  it('names what is meant by a name that no ledger has', async () => {
    const { keyturn } = await world(fleet);
    const { code, stderr } = await keyturn('history', 'idel');
    expect([code, stderr]).toEqual([2, expect.stringMatching(/^keyturn: .*"idel"\n {2}.*"idle"/)]);
    expect((await keyturn('history', '--limit', '0')).code).toBe(2);
  });

  it('says where nothing was rotated yet', async () => {
    const { keyturn } = await world(() => []);
    expect(await keyturn('history')).toMatchObject({
      code: 0,
      stdout: 'There are no ledgers yet.\n',
    });
  });
});
