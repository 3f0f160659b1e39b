import { join } from 'node:path';
import { writeFile } from 'node:fs/promises';

import { describe, expect, it } from 'vitest';

import planetscale from '@keyturn/issuer-planetscale';

import { readGitleaks, together } from '../../src/audit/gather/gitleaks.ts';
import { temporaryFolder } from '../../../host/test/temporary-folder.ts';

const { leaks: forms = [] } = planetscale;
const SECRET = `pscale_tkn_${'a1B2e5F6g7'.repeat(4)}`;
const ID = 'cigithub4w8d';
const finding = (changes: object): object => ({
  RuleID: 'generic-api-key',
  Description: 'a key',
  StartLine: 3,
  File: 'app/.env',
  Commit: '0123456789abcdef0123456789abcdef01234567',
  Secret: 'REDACTED',
  Match: 'KEY=REDACTED',
  Author: 'somebody',
  ...changes,
});

async function read(report: unknown, name = 'report.json') {
  const folder = await temporaryFolder({});
  const text = typeof report === 'string' ? report : JSON.stringify(report);
  await writeFile(join(folder, name), text);
  const known = { ids: new Set([ID, '1001']), forms };
  return readGitleaks(name, folder, known, ['planetscale', 'github']);
}

describe('a report of gitleaks', () => {
  it.each([
    ['the form of a secret', { Secret: SECRET }, { isToken: true }],
    ['a rule of its kind, and no secret', { RuleID: 'planetscale-api-token' }, { isToken: true }],
    ['a known id beside it', { Match: `${ID}:REDACTED` }, { isToken: false, token: ID }],
  ])('counts what has %s', async (_, changes, expected) => {
    expect(await read([finding(changes)])).toEqual([
      { file: 'app/.env', line: 3, commit: '0123456789ab', ...expected },
    ]);
  });

  it('counts nothing else, and no short id', async () => {
    expect(await read([finding({}), finding({ Match: 'PORT=1001' }), 7, null, {}])).toEqual([]);
    expect(await read(null)).toEqual([]);
  });

  it('keeps no secret, also in the name of a file', async () => {
    const found = await read([finding({ Secret: SECRET, File: `keys/${SECRET}.txt` })]);
    expect(found).toHaveLength(1);
    expect(JSON.stringify(found)).not.toContain('a1B2e5F6g7');
  });

  it.each(['{', '{"runs":[]}', '"text"', ''])('that is %j is refused', async (text) => {
    await expect(read(text)).rejects.toMatchObject({ code: 'USAGE_INVALID', effect: 'none' });
  });

  it('that is not there is refused', async () => {
    const known = { ids: new Set<string>(), forms };
    await expect(readGitleaks('none.json', '/', known, [])).rejects.toMatchObject({
      code: 'FILE_FAILED',
    });
  });

  it('tells each place once', () => {
    const place = { file: 'a', line: 1, isToken: true };
    expect(together([place], [{ ...place, commit: 'abc' }])).toEqual([place]);
  });
});
