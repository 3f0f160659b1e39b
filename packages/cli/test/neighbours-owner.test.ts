import { spawn } from 'node:child_process';
import {
  chmodSync,
  chownSync,
  existsSync,
  lchownSync,
  mkdirSync,
  readdirSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

import { describe, expect, it } from 'vitest';

import { makePlace, type Ended, type Place } from './keyturn.ts';

const bin = fileURLToPath(new URL('../bin/keyturn.js', import.meta.url));
const isRoot = process.geteuid?.() === 0;
const [OTHER, THIRD] = [65_534, 65_533];

const CONFIG = `import { writeFileSync } from 'node:fs';
writeFileSync('ran', '');
export default {
  issuer: { kind: 'planetscale', org: 'acme' },
  rotations: { local: { sinks: ['env:.env'] } },
};
`;

/** A checkout of another user, with a configuration that shows whether it was run. */
async function foreign(owner = OTHER): Promise<Place> {
  const place = await makePlace();
  write(place, 'keyturn.config.ts', CONFIG, owner);
  mkdirSync(join(place.folder, '.git'));
  chownSync(place.folder, owner, owner);
  return place;
}

function write({ folder }: Place, name: string, text: string, owner: number): void {
  const file = join(folder, name);
  mkdirSync(join(file, '..'), { recursive: true });
  writeFileSync(file, text);
  chownSync(file, owner, owner);
}

const didRun = ({ folder }: Place): boolean => existsSync(join(folder, 'ran'));

function expectRefused({ code, stdout, stderr }: Ended, path: string, owner = OTHER): void {
  expect([code, stdout]).toEqual([2, '']);
  expect(stderr).toMatch(/^keyturn: .+\n {2}.+\n$/);
  expect(stderr).toContain(`${path} belongs to another user (uid ${owner})`);
  expect(stderr).toContain('KEYTURN_TRUST=/');
}

/** As another user, who cannot read what only root may. */
function as(uid: number, { folder, sandbox }: Place, ...args: string[]): Promise<Ended> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [bin, ...args], {
      cwd: folder,
      uid,
      gid: uid,
      env: { PATH: process.env['PATH'], HOME: '/', ...sandbox.env },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let [stdout, stderr] = ['', ''];
    child.stdout.on('data', (chunk: Buffer) => (stdout += chunk.toString()));
    child.stderr.on('data', (chunk: Buffer) => (stderr += chunk.toString()));
    child.on('error', reject);
    child.on('close', (code) => resolve({ code, stdout, stderr }));
  });
}

describe.skipIf(!isRoot)('what another user of the machine wrote (needs root)', () => {
  it.each([
    ['status'],
    ['rotate'],
    ['plan'],
    ['audit'],
    ['discover', 'env:.'],
    ['token', 'list'],
    ['history', 'local'],
    ['forget', 'local', '--sink', 'env:.env'],
  ])('is no configuration for root: %s %s', async (...args) => {
    const place = await foreign();
    const ended = await place.keyturn(args.filter((one) => one !== undefined));
    expectRefused(ended, join(place.folder, 'keyturn.config.ts'));
    expect(ended.stderr).toContain(`KEYTURN_TRUST=${place.folder}\n`);
    expect(didRun(place)).toBe(false);
  });

  it('is none in a folder above, nor behind KEYTURN_CONFIG', async () => {
    const place = await foreign();
    const file = join(place.folder, 'keyturn.config.ts');
    const elsewhere = await makePlace();
    expectRefused(await elsewhere.keyturn(['status'], { KEYTURN_CONFIG: file }), file);
    expectRefused(await elsewhere.keyturn(['status', '--config', file]), file);
    expect(didRun(place)).toBe(false);
  });

  it('is none for a user who is not root, and root and they themselves are believed', async () => {
    const place = await foreign(THIRD);
    chmodSync(place.folder, 0o777);
    expectRefused(await as(OTHER, place, 'status'), join(place.folder, 'keyturn.config.ts'), THIRD);
    expect(didRun(place)).toBe(false);
    expect((await as(THIRD, place, 'status')).code).toBe(0);
    rmSync(join(place.folder, 'ran'));
    write(place, 'keyturn.config.ts', CONFIG, 0);
    chownSync(place.folder, 0, 0);
    expect((await as(OTHER, place, 'status')).code).toBe(0);
  });

  it.each([
    ['a file in a folder of theirs', 0, OTHER],
    ['a file of theirs in a folder of ours', OTHER, 0],
  ])('is none either if it is %s', async (_, file, folder) => {
    const place = await foreign();
    write(place, 'keyturn.config.ts', CONFIG, file);
    chownSync(place.folder, folder, folder);
    const path = file === 0 ? place.folder : join(place.folder, 'keyturn.config.ts');
    expectRefused(await place.keyturn(['status']), path);
    expect(didRun(place)).toBe(false);
  });

  it('is none as a link of theirs to a file of ours', async () => {
    const place = await makePlace();
    write(place, 'real.ts', CONFIG, 0);
    const link = join(place.folder, 'keyturn.config.ts');
    symlinkSync('real.ts', link);
    lchownSync(link, OTHER, OTHER);
    expectRefused(await place.keyturn(['status']), link);
    expect(didRun(place)).toBe(false);
  });

  it('is used where KEYTURN_TRUST names its folder, and by root for the user who called sudo', async () => {
    const place = await foreign();
    const run = (env: Record<string, string>) => place.keyturn(['status'], env);
    for (const trust of [place.folder, `/nowhere:${place.folder}/`, join(place.folder, '..')])
      expect((await run({ KEYTURN_TRUST: trust })).code).toBe(0);
    expect((await run({ SUDO_UID: String(OTHER) })).code).toBe(0);
    for (const trust of ['.', '', `${place.folder}/inner`, `${place.folder}-other`, '/nowhere'])
      expect((await run({ KEYTURN_TRUST: trust })).code).toBe(2);
    expect((await run({ SUDO_UID: String(THIRD) })).code).toBe(2);
  });

  it('is not loaded as an adapter, nor as the module of a sink', async () => {
    const place = await makePlace();
    const code = `import { writeFileSync } from 'node:fs';\nwriteFileSync('ran', '');\n`;
    write(place, 'sinks/own.js', code, OTHER);
    const module = join(place.folder, 'sinks/own.js');
    expectRefused(await place.keyturn(['rotate', '--sink', './sinks/own.js:web']), module);

    const name = 'node_modules/keyturn-sink-vercel';
    const manifest = { name: 'keyturn-sink-vercel', type: 'module', main: 'index.js' };
    write(
      place,
      'package.json',
      JSON.stringify({ dependencies: { 'keyturn-sink-vercel': '1' } }),
      0,
    );
    write(
      place,
      `${name}/package.json`,
      JSON.stringify({ ...manifest, keyturn: { sink: 'vercel' } }),
      0,
    );
    write(place, `${name}/index.js`, code, OTHER);
    const rotate = () => place.keyturn(['rotate', '--sink', 'vercel:web']);
    expectRefused(await rotate(), join(place.folder, name, 'index.js'));
    chownSync(join(place.folder, name, 'index.js'), 0, 0);
    chownSync(join(place.folder, 'node_modules'), OTHER, OTHER);
    expectRefused(await rotate(), join(place.folder, 'node_modules'));
    expect(didRun(place)).toBe(false);
    chownSync(join(place.folder, 'node_modules'), 0, 0);
    await rotate();
    expect(didRun(place)).toBe(true);
  });

  it('is no ledger, whose tokens would be revoked', async () => {
    const place = await makePlace();
    const old = place.token('ci-github').id;
    const rotate = ['rotate', '--sink', 'env:.env', '--replaces', old];
    expect((await place.keyturn(rotate)).code).toBe(0);
    const state = join(place.folder, '.keyturn');
    const ledger = join(state, readdirSync(state).find((name) => name.endsWith('.jsonl')) ?? '');
    chownSync(ledger, OTHER, OTHER);
    const again = [...rotate.slice(0, 3), '--force', '--grace', '0'];
    expectRefused(await place.keyturn(again), ledger);
    expectRefused(await place.keyturn(['status', '--sink', 'env:.env']), ledger);
    chownSync(ledger, 0, 0);
    chownSync(state, OTHER, OTHER);
    expectRefused(await place.keyturn(again), state);
    expect(place.tokens().find(({ id }) => id === old)?.revokedAt).toBeNull();
    expect((await place.keyturn(again, { KEYTURN_TRUST: state })).code).toBe(0);
  });

  it('is a problem for doctor, which loads nothing of it', async () => {
    const place = await foreign();
    const { code, stdout } = await place.keyturn(['doctor']);
    expect(code).toBe(6);
    expect(stdout.replaceAll(/\s+/g, ' ')).toContain(`belongs to another user (uid ${OTHER})`);
    expect(didRun(place)).toBe(false);
  });
});
