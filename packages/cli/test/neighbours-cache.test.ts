import { spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  chmodSync,
  chownSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

import { describe, expect, it, onTestFinished } from 'vitest';

import { runBin } from './keyturn.ts';
import { until } from './running.ts';

const bin = fileURLToPath(new URL('../bin/keyturn.js', import.meta.url));
const isRoot = process.geteuid?.() === 0;
const OTHER = 65_534;

function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'keyturn-cache-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/** Something that loads the program: `--version` answers before. */
const load = (folder: string, env: Readonly<Record<string, string>> = {}) =>
  runBin('keyturn.js', ['adapters'], { XDG_CACHE_HOME: undefined, ...env }, folder);

const filesIn = (folder: string): string[] =>
  readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((one) => one.isFile())
    .map(({ name }) => name);

describe.skipIf(process.platform === 'win32')('compiled code', () => {
  it("is kept in the user's own folder, and not in the shared one", async () => {
    const folder = temporaryFolder();
    const shared = join(folder, 'tmp');
    mkdirSync(shared, { mode: 0o777 });
    chmodSync(shared, 0o1777);
    expect((await load(folder, { TMPDIR: shared })).code).toBe(0);
    expect(readdirSync(shared)).toEqual([]);
    const own = join(folder, '.cache/keyturn');
    expect(lstatSync(own).mode & 0o777).toBe(0o700);
    expect(filesIn(own).length).toBeGreaterThan(0);
  });

  it('is kept where XDG_CACHE_HOME says, and where NODE_COMPILE_CACHE does', async () => {
    const folder = temporaryFolder();
    await load(folder, { XDG_CACHE_HOME: join(folder, 'xdg') });
    expect(filesIn(join(folder, 'xdg/keyturn')).length).toBeGreaterThan(0);
    await load(folder, { NODE_COMPILE_CACHE: join(folder, 'named') });
    expect(filesIn(join(folder, 'named')).length).toBeGreaterThan(0);
    expect(readdirSync(folder).toSorted()).toEqual(['named', 'xdg']);
  });

  it('is not kept in a folder that others may write, or behind a link', async () => {
    const folder = temporaryFolder();
    const elsewhere = join(folder, 'elsewhere');
    mkdirSync(elsewhere);
    mkdirSync(join(folder, '.cache'));
    const own = join(folder, '.cache/keyturn');
    symlinkSync(elsewhere, own);
    expect((await load(folder)).code).toBe(0);
    expect(readdirSync(elsewhere)).toEqual([]);
    rmSync(own);
    mkdirSync(own);
    chmodSync(own, 0o777);
    expect((await load(folder)).code).toBe(0);
    expect(readdirSync(own)).toEqual([]);
  });

  it.skipIf(!isRoot)(
    'is not taken from a folder of another user (needs root), or below one',
    async () => {
      const folder = temporaryFolder();
      const planted = join(folder, '.cache/keyturn');
      mkdirSync(planted, { recursive: true, mode: 0o700 });
      chownSync(planted, OTHER, OTHER);
      expect((await load(folder)).code).toBe(0);
      expect(readdirSync(planted)).toEqual([]);
      rmSync(planted, { recursive: true });
      chownSync(join(folder, '.cache'), OTHER, OTHER);
      expect((await load(folder)).code).toBe(0);
      expect(filesIn(join(folder, '.cache'))).toEqual([]);
    },
  );

  it('is done without where there is no such folder', async () => {
    const folder = temporaryFolder();
    const env = { HOME: join(folder, 'no/home'), XDG_CACHE_HOME: 'relative', TMPDIR: folder };
    expect((await load(folder, env)).code).toBe(0);
    expect(readdirSync(folder)).toEqual([]);
  });
});

describe.skipIf(process.platform === 'win32')("Node's own report", () => {
  it('holds nothing of the environment', async () => {
    const folder = temporaryFolder();
    const options = `--report-on-signal --report-signal=SIGUSR2 --report-directory=${folder}`;
    const child = spawn(process.execPath, [bin, 'sandbox', '--json'], {
      cwd: folder,
      env: {
        PATH: process.env['PATH'],
        HOME: folder,
        NODE_OPTIONS: options,
        GITHUB_TOKEN: 'ghp_CANARY',
      },
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    onTestFinished(() => void child.kill('SIGKILL'));
    await once(child.stdout, 'data');
    child.kill('SIGUSR2');
    const reports = () => readdirSync(folder).filter((name) => name.startsWith('report.'));
    const read = () => reports().map((name) => readFileSync(join(folder, name), 'utf8'));
    await until(() => read().some((text) => text.trimEnd().endsWith('}')));
    expect(read()[0]).toContain('"javascriptStack"');
    expect(read()[0]).not.toContain('CANARY');
  });
});
