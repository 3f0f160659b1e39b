import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import { describe, expect, it } from 'vitest';

import { ledgerLine, lockEnded, notLocked, questionUnlock } from '../src/messages.ts';
import { makePlace, type Ended, type Place } from './keyturn.ts';

const json = ({ stdout }: Ended) => JSON.parse(stdout);

async function rotated(): Promise<Place> {
  const place = await makePlace();
  const config = {
    issuer: { kind: 'planetscale', org: 'acme' },
    rotations: { ci: { grace: '1h', sinks: ['github:acme/web'] } },
  };
  await writeFile(join(place.folder, 'keyturn.config.json'), JSON.stringify(config));
  const replaces = place.token('ci-github').id;
  expect(await place.keyturn(['rotate', '--replaces', replaces])).toMatchObject({ code: 0 });
  return place;
}

describe('keyturn ledger show', () => {
  it('says where ledgers are, and what they end with', async () => {
    const place = await rotated();
    const shown = json(await place.keyturn(['ledger', 'show', '--json']));
    expect(shown).toMatchObject({
      location: join(place.folder, '.keyturn'),
      ledgers: [{ rotation: 'ci', isSigned: false, holder: null }],
    });
    const text = await readFile(join(place.folder, '.keyturn', 'ci.jsonl'), 'utf8');
    const lines = text.trimEnd().split('\n');
    expect(shown.ledgers[0].records).toBe(lines.length);
    expect(shown.ledgers[0].revision).toMatch(new RegExp(`^${lines.length}:[0-9a-f]{64}$`));
    const { code, stdout } = await place.keyturn(['ledger', 'show', 'ci']);
    expect(code).toBe(0);
    expect(stdout).toContain(`ci: ${lines.length} records`);
  });

  it('refuses an altered ledger, and an unknown one', async () => {
    const place = await rotated();
    const file = join(place.folder, '.keyturn', 'ci.jsonl');
    await writeFile(file, (await readFile(file, 'utf8')).replace('"started"', '"startet"'));
    expect((await place.keyturn(['ledger', 'show'])).code).not.toBe(0);
    expect((await place.keyturn(['ledger', 'show', 'nope'])).code).toBe(2);
  });
});

describe('keyturn ledger copy', () => {
  it('moves a rotation to another store, where it goes on', async () => {
    const place = await rotated();
    const copy = ['ledger', 'copy', '--from', '.keyturn', '--to', 'elsewhere', '--json'];
    const copied = json(await place.keyturn(copy));
    expect(copied.ledgers).toMatchObject([{ rotation: 'ci', outcome: 'copied' }]);
    expect(json(await place.keyturn(copy)).ledgers).toMatchObject([{ outcome: 'unchanged' }]);
    const there = { KEYTURN_STATE: 'elsewhere' };
    const before = json(await place.keyturn(['status', '--json']));
    const after = json(await place.keyturn(['status', '--json'], there));
    expect(after.rotations[0].current).toEqual(before.rotations[0].current);
    const run = await place.keyturn(['rotate', '--force', '--grace', '0', '--json'], there);
    expect(json(run).rotations[0]).toMatchObject({ outcome: 'rotated' });
    const { stdout } = await place.keyturn(copy);
    expect(JSON.parse(stdout).ledgers).toMatchObject([{ outcome: 'newer' }]);
  });

  it('refuses a target with another history, and a location that is none', async () => {
    const place = await rotated();
    const elsewhere = { KEYTURN_STATE: 'elsewhere' };
    const replaces = place.token('ci-gitlab').id;
    await place.keyturn(['rotate', '--replaces', replaces], elsewhere);
    const copy = (from: string): Promise<Ended> =>
      place.keyturn(['ledger', 'copy', '--from', from, '--to', 'elsewhere', '--json']);
    const refused = await copy('.keyturn');
    expect(json(refused)).toMatchObject({ error: { code: 'STATE_CONFLICT' } });
    const unknown = await copy('nosuch://u:hunter2@host/x');
    expect(unknown.code).toBe(2);
    expect(json(unknown).error.message).toContain('--from');
    expect(unknown.stdout + unknown.stderr).not.toContain('hunter2');
  });
});

describe('keyturn ledger unlock', () => {
  it('shows a holder and a rotation of a ledger without what they would do to a terminal', () => {
    const evil = 'evil\u001b[31m\n';
    const ledger = { rotation: evil, records: 1, revision: '1:a', lastAt: '', isSigned: false };
    const texts = [
      ledgerLine({ ...ledger, holder: evil }),
      lockEnded(evil, evil),
      notLocked(evil),
      questionUnlock(evil, evil),
    ];
    // oxlint-disable-next-line no-control-regex
    for (const text of texts) expect(text).not.toMatch(/[\u0000-\u001f]/);
  });

  it('says that nothing is locked', async () => {
    const place = await rotated();
    const { code, stdout } = await place.keyturn(['ledger', 'unlock', 'ci', '--yes']);
    expect([code, stdout]).toEqual([0, 'ci is not locked.\n']);
  });
});

describe('state in a configuration', () => {
  const configured = async (state: string): Promise<Place> => {
    const place = await makePlace();
    const config = {
      state,
      issuer: { kind: 'planetscale', org: 'acme' },
      rotations: { ci: { grace: '1h', sinks: ['github:acme/web'] } },
    };
    await writeFile(join(place.folder, 'keyturn.config.json'), JSON.stringify(config));
    return place;
  };

  it('says where every command finds the ledgers, unless KEYTURN_STATE does', async () => {
    const place = await configured('kept/here');
    const replaces = place.token('ci-github').id;
    expect(await place.keyturn(['rotate', '--replaces', replaces])).toMatchObject({ code: 0 });
    const location = join(place.folder, 'kept', 'here');
    await expect(readFile(join(location, 'ci.jsonl'), 'utf8')).resolves.toContain('"adopted"');
    expect(json(await place.keyturn(['ledger', 'show', '--json']))).toMatchObject({ location });
    expect((await place.keyturn(['history'])).stdout).toContain('rotated');
    expect((await place.keyturn(['status'])).stdout).toContain('ci');
    const elsewhere = { KEYTURN_STATE: 'elsewhere' };
    expect(json(await place.keyturn(['ledger', 'show', '--json'], elsewhere)).ledgers).toEqual([]);
  });

  it('sends no credential to a host that only the configuration names', async () => {
    const place = await configured('git+https://evil.example/acme/state.git');
    for (const command of [['plan'], ['status'], ['history'], ['ledger', 'show']]) {
      const { code, stdout, stderr } = await place.keyturn([...command, '--json']);
      expect([command, code]).toEqual([command, 2]);
      expect(stdout + stderr).toContain('evil.example');
      expect(stdout + stderr).toContain('KEYTURN_STATE');
    }
  });
});
