import { spawnSync } from 'node:child_process';
import { chmod, chown, mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import { describe, expect, it, onTestFinished } from 'vitest';

import { ID, makePlace, type Ended, type Place } from './keyturn.ts';
import { requestsOf } from './running.ts';

const isRoot = process.getuid?.() === 0;
const mayMount = isRoot && process.platform === 'linux';
const needsRoot = mayMount ? '' : ' (skipped: only root on Linux can mount such a disk)';

const sink = ['--sink', 'github:acme/web', '--org', 'acme'];
const rotate = (place: Place, ...more: string[]): string[] => [
  'rotate',
  ...sink,
  '--grace',
  '0',
  '--replaces',
  place.token('ci-github').id,
  ...more,
];
const status = ['status', ...sink];

/** What is wrong in one line, what to do in another, and nothing of how the program is made. */
function expectClear({ stdout, stderr }: Ended, what: RegExp, hint: RegExp): void {
  const lines = (stdout + stderr).split('\n');
  expect(lines.filter((line) => what.test(line))).toHaveLength(1);
  expect(lines.filter((line) => hint.test(line))).toHaveLength(1);
  expect(stdout + stderr).not.toMatch(/\n\s+at |node:internal|Error:/);
}

/** A disk of its own, at `disk`, with the state on it. */
async function withDisk(place: Place, size: string) {
  const disk = join(place.folder, 'disk');
  await mkdir(disk);
  const mount = (...args: string[]): void => {
    expect(spawnSync('/bin/mount', [...args, disk]).status).toBe(0);
  };
  mount('-t', 'tmpfs', '-o', `size=${size},mode=0700`, 'tmpfs');
  onTestFinished(() => void spawnSync('/bin/umount', [disk]));
  const state = join(disk, 'state');
  return { state, remount: (options: string) => mount('-o', `remount,${options}`) };
}

const live = (place: Place): string[] =>
  place
    .tokens()
    .filter(({ name }) => name === 'ci-github' || name.startsWith('keyturn-'))
    .filter(({ revokedAt }) => revokedAt === null)
    .map(({ id }) => id);

describe('a ledger', () => {
  const lines = (text: string): string[] => text.split('\n').slice(0, -1);
  const whole = (all: readonly string[]): string => all.map((line) => `${line}\n`).join('');
  const swapped = (all: readonly string[]): string[] => [
    ...all.slice(0, -2),
    ...all.slice(-2).toReversed(),
  ];
  const altered: readonly (readonly [string, (text: string) => string])[] = [
    ['edited', (text) => text.replace(/(.*)"id":"\w+"/s, '$1"id":"attacker0000"')],
    ['truncated', (text) => whole(lines(text).slice(0, -2))],
    ['reordered', (text) => whole(swapped(lines(text)))],
    ['written to', (text) => `${text}not a record\n`],
    ['replaced by something else', () => '{"hello":"world"}\n'],
    ['overwritten by bytes', () => '\0\u0001\uFFFE\n'],
    ['emptied', () => ''],
  ];

  it('that was altered in any way is refused: exit 2, the file and what to do', async () => {
    const place = await makePlace();
    const env = { KEYTURN_STATE: join(place.folder, 'state') };
    for (const more of [[], ['--force']])
      expect(await place.keyturn(rotate(place, ...more), env)).toMatchObject({ code: 0 });
    const names = await readdir(env.KEYTURN_STATE);
    const ledger = join(env.KEYTURN_STATE, names.find((name) => name.endsWith('.jsonl')) ?? '');
    const good = await readFile(ledger, 'utf8');
    const before = (await requestsOf(place)).length;
    for (const [, alter] of altered) {
      const bad = alter(good);
      await writeFile(ledger, bad);
      for (const args of [rotate(place, '--force'), status]) {
        const ended = await place.keyturn(args, env);
        expect(ended.code).toBe(2);
        expectClear(
          ended,
          /state\/.+\.jsonl(:\d+)?: /,
          /Restore the ledger from its last good copy/,
        );
      }
      expect(await readFile(ledger, 'utf8')).toBe(bad);
    }
    expect((await requestsOf(place)).length).toBe(before);
    await writeFile(ledger, good);
    expect(await place.keyturn(rotate(place, '--force'), env)).toMatchObject({ code: 0 });
    expect(live(place)).toHaveLength(1);
  }, 60_000);

  it('of which a crash left half a line is gone on from', async () => {
    const place = await makePlace();
    const env = { KEYTURN_STATE: join(place.folder, 'state') };
    expect(await place.keyturn(rotate(place), env)).toMatchObject({ code: 0 });
    const [name = ''] = (await readdir(env.KEYTURN_STATE)).filter((one) => one.endsWith('.jsonl'));
    await writeFile(join(env.KEYTURN_STATE, name), '{"seq":15,"prev":"', { flag: 'a' });
    expect(await place.keyturn(rotate(place, '--force'), env)).toMatchObject({ code: 0 });
    expect(live(place)).toHaveLength(1);
  });
});

describe('a disk', () => {
  it.skipIf(!mayMount).each(['12k', '24k'])(
    `of %s that is full in the middle of a run loses nothing${needsRoot}`,
    async (size) => {
      const place = await makePlace();
      const { state, remount } = await withDisk(place, size);
      let ended = await place.keyturn(rotate(place), { KEYTURN_STATE: state });
      for (let runs = 1; ended.code === 0 && runs < 12; runs++)
        ended = await place.keyturn(rotate(place, '--force'), { KEYTURN_STATE: state });
      expect(ended.code).toBe(3);
      expectClear(ended, /state\/.+: the disk is full/, /disk space/);
      const current = place.secret('acme/web', ID) ?? '';
      expect(live(place)).toContain(current);

      remount('size=1m');
      const next = await place.keyturn(rotate(place), { KEYTURN_STATE: state });
      expect(next).toMatchObject({ code: 0 });
      expect(live(place)).toEqual([place.secret('acme/web', ID)]);
    },
    60_000,
  );

  it.skipIf(!mayMount)(
    `that is read-only stops a run before it asks for anything, and status goes on${needsRoot}`,
    async () => {
      const place = await makePlace();
      const { state, remount } = await withDisk(place, '1m');
      const env = { KEYTURN_STATE: state };
      expect(await place.keyturn(rotate(place), env)).toMatchObject({ code: 0 });
      remount('ro');
      const before = (await requestsOf(place)).length;
      const ended = await place.keyturn(rotate(place, '--force'), env);
      expect(ended.code).toBe(3);
      expectClear(ended, /state.*: the file system is read-only/, /KEYTURN_STATE/);
      expect((await requestsOf(place)).length).toBe(before);
      expect(await place.keyturn(status, env)).toMatchObject({ code: 0 });
    },
  );
});

describe('a folder', () => {
  it.skipIf(!isRoot)(
    `of somebody else that anybody may write is refused${isRoot ? '' : ' (skipped: only root can give a folder away)'}`,
    async () => {
      const place = await makePlace();
      const folder = join(place.folder, 'shared');
      await mkdir(folder);
      await chown(folder, 65_534, 65_534);
      await chmod(folder, 0o777);
      const foreign = await place.keyturn(rotate(place), { KEYTURN_STATE: folder });
      expect(foreign.code).toBe(2);
      expectClear(foreign, /shared belongs to another user/, /KEYTURN_TRUST=\/.+\/shared/);
      // To trust that user is not to trust everybody.
      const env = { KEYTURN_STATE: folder, KEYTURN_TRUST: folder };
      const ended = await place.keyturn(rotate(place), env);
      expect(ended.code).toBe(3);
      expectClear(ended, /shared: it belongs to another user/, /chmod o-w \/.+\/shared/);
      expect(await readdir(folder)).toEqual([]);
      expect(live(place)).toHaveLength(1);
    },
  );

  it.skipIf(isRoot)(
    `that may not be written is told${isRoot ? ' (skipped: root may write everywhere)' : ''}`,
    async () => {
      const place = await makePlace();
      const folder = join(place.folder, 'closed');
      await mkdir(folder, { mode: 0o500 });
      const ended = await place.keyturn(rotate(place), { KEYTURN_STATE: folder });
      expect(ended.code).toBe(3);
      expectClear(ended, /closed.*: permission denied/, /access to the folder/);
    },
  );
});
