import { existsSync } from 'node:fs';
import { readdir, readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import { controlOf } from '@keyturn/sandbox';
import { describe, expect, it } from 'vitest';

import { makePlace, type Place } from './keyturn.ts';
import { fault, start, untilFaulted } from './running.ts';

const PASSWORD = 'hunter2';
const PSEUDO = '/proc/x';
const needsProc = existsSync('/proc/self') ? '' : ' (skipped: this system has no /proc)';

async function configured(): Promise<Place> {
  const place = await makePlace();
  const config = {
    issuer: { kind: 'planetscale', org: 'acme' },
    rotations: { ci: { grace: '0', settle: '300ms', sinks: ['github:acme/web'] } },
  };
  await writeFile(join(place.folder, 'keyturn.config.json'), JSON.stringify(config));
  return place;
}

const rotate = (place: Place): string[] => ['rotate', '--replaces', place.token('ci-github').id];

describe('KEYTURN_STATE', () => {
  it.each([
    'mysql://u:hunter2@host/db',
    'https://u:hunter2@host/db',
    'git+ftp://u:hunter2@host/repo.git',
    'redis:hunter2',
    'u:hunter2@host/db',
    '~/hunter2',
    '',
  ])(
    '%j ends with 2 and one line, makes no folder and tells no password',
    async (location) => {
      const place = await configured();
      const before = await readdir(place.folder);
      const commands = [
        rotate(place),
        [...rotate(place), '--json'],
        [...rotate(place), '--debug'],
        ['plan'],
        ['status'],
        ['status', '--metrics'],
        ['history'],
        ['adopt', 'ci', '--token-id', 'cigithub0001'],
        ['forget', 'ci', '--sink', 'github:acme/web'],
        ['audit'],
      ];
      for (const command of commands) {
        const { code, stdout, stderr } = await place.keyturn(command, { KEYTURN_STATE: location });
        expect(code).toBe(2);
        expect(stdout + stderr).not.toContain(PASSWORD);
        const told = stderr.split('\n').filter((line) => line.startsWith('keyturn: '));
        expect(told).toHaveLength(1);
        expect(told[0]).toMatch(/^keyturn: KEYTURN_STATE /);
      }
      const { code, stdout, stderr } = await place.keyturn(['doctor', '--json'], {
        KEYTURN_STATE: location,
      });
      expect(code).toBe(6);
      expect(stdout + stderr).not.toContain(PASSWORD);
      expect(stdout).toContain('KEYTURN_STATE ');
      expect(await readdir(place.folder)).toEqual(before);
      expect(place.tokens().filter(({ name }) => name.startsWith('keyturn-'))).toEqual([]);
    },
    60_000,
  );

  it.each([
    'postgres://u:hunter2@127.0.0.1:1/db',
    'git+https://u:hunter2@127.0.0.1:1/repo.git',
    'git:hunter2',
    's3://bucket/prefix?secret=hunter2',
  ])(
    'that cannot be reached is an error, makes nothing and tells no password: %j',
    async (location) => {
      const place = await configured();
      const before = await readdir(place.folder);
      for (const command of [[...rotate(place), '--debug'], ['status'], ['ledger', 'show']]) {
        const { code, stdout, stderr } = await place.keyturn(command, { KEYTURN_STATE: location });
        expect(code).toBeOneOf([2, 3]);
        expect(stdout + stderr).not.toContain(location.includes('@') ? PASSWORD : 'secret=hunter2');
        expect(stdout + stderr).not.toMatch(/\n\s+at |node:internal/);
      }
      // What the user named is remembered in the home folder.
      const after = (await readdir(place.folder)).filter((name) => name !== '.local');
      expect(after).toEqual(before);
      expect(place.tokens().filter(({ name }) => name.startsWith('keyturn-'))).toEqual([]);
    },
    60_000,
  );

  it.each(['./a:b', 'state/c:d'])('%s is a folder', async (location) => {
    const place = await configured();
    const { code } = await place.keyturn(rotate(place), { KEYTURN_STATE: location });
    expect(code).toBe(0);
    expect(await readdir(join(place.folder, location))).toContain('ci.jsonl');
  });

  it.skipIf(needsProc !== '')(
    `in /proc fails at once, and doctor says so${needsProc}`,
    async () => {
      const place = await configured();
      const env = { KEYTURN_STATE: PSEUDO };
      const { code, stdout } = await place.keyturn(rotate(place), env);
      expect(code).toBe(3);
      expect(stdout).toContain('/proc: nothing can be created');
      expect(await controlOf(place.sandbox).requests()).toEqual([]);
      const doctor = await place.keyturn(['doctor'], env);
      expect(doctor.code).toBe(6);
      expect(doctor.stdout).not.toMatch(/✔ +store/);
      expect(doctor.stdout).toContain('/proc: nothing can be created');
    },
  );
});

describe('a state folder that is moved while a run is under way', () => {
  it('stops the run, which says what happened; moved back, the next run goes on', async () => {
    const place = await configured();
    const state = join(place.folder, '.keyturn');
    await fault(place, {
      method: 'POST',
      path: 'service-tokens$',
      times: 1,
      action: { delayMs: 700 },
    });
    const run = start(place, rotate(place));
    await untilFaulted(place);
    await rename(state, `${state}-away`);
    const { code, stdout, stderr } = await run.ended;
    expect(code).toBe(3);
    expect(stdout + stderr).toContain('the folder was moved or removed');
    expect(stdout + stderr).not.toContain('taken over');
    expect(existsSync(state)).toBe(false);
    await rename(`${state}-away`, state);
    expect((await start(place, rotate(place)).ended).code).toBe(0);
    const live = place
      .tokens()
      .filter(({ name, revokedAt }) => name.startsWith('keyturn-') && revokedAt === null);
    expect(live).toHaveLength(1);
    expect(await readFile(join(state, 'ci.jsonl'), 'utf8')).toContain('"type":"finished"');
  });
});
