import { execFile } from 'node:child_process';
import { cp, mkdir, readFile, readdir, realpath, symlink, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';

import { initCommand } from '../../src/commands/init.ts';
import { makeLock } from '../../src/init/lock.ts';
import { makePlace, runBin, type Place } from '../keyturn.ts';
import { personAt } from '../person.ts';
import { until } from '../running.ts';
import { startRegistry } from './registry.ts';

const run = promisify(execFile);
const FOLDER = '.github/keyturn';
const PACKAGES = ['cli', 'core', 'issuer-planetscale', 'sink-github', 'store-git'];
const ARGS = ['init', 'github:acme', '--ci', 'github'];

const source = (name: string): string =>
  fileURLToPath(new URL(`../../../${name}`, import.meta.url));
async function versions(names: readonly string[] = PACKAGES): Promise<Record<string, string>> {
  const all = names.map(async (name) => {
    const text = await readFile(join(source(name), 'package.json'), 'utf8');
    return [`@keyturn/${name}`, (JSON.parse(text) as { version: string }).version] as const;
  });
  return Object.fromEntries(await Promise.all(all));
}
const read = (place: Place, path: string): Promise<string> =>
  readFile(join(place.folder, path), 'utf8').catch(() => '');
function isRunning(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}
const oneLine = (text: string): string => text.replaceAll(/\s+/g, ' ');

/** The lines of the workflow that install keyturn and run it. */
async function linesOf(place: Place): Promise<readonly string[]> {
  const { jobs } = parse(await read(place, '.github/workflows/keyturn.yml')) as {
    jobs: { rotate: { steps: { name?: string; run?: string }[] } };
  };
  const { steps } = jobs.rotate;
  return steps
    .filter(({ name, run: line }) => line !== undefined && (name ?? 'Rotate') === 'Rotate')
    .map(({ run: line = '' }) => line);
}

// Adapters are loaded from their sources here, and npm runs beside them.
describe('a pipeline without a lock file of the project', { timeout: 60_000 }, () => {
  it('gets one of its own, which npm installs from and keyturn runs from', async () => {
    const place = await makePlace();
    const { env, url } = await startRegistry(await versions());
    const { code, stderr } = await place.keyturn([...ARGS, '--yes'], env);
    expect(code).toBe(0);
    const manifest = JSON.parse(await read(place, `${FOLDER}/package.json`)) as object;
    expect(manifest).toEqual({
      name: 'keyturn-pipeline',
      private: true,
      dependencies: await versions(),
    });
    const lock = await read(place, `${FOLDER}/package-lock.json`);
    expect(lock.match(/"integrity": "sha512-/g)).toHaveLength(PACKAGES.length);
    expect(lock).toContain(url);
    expect(stderr).toMatch(/\.github\/keyturn\/package-lock\.json \(new\)\n {2}\d+ lines\n/);
    expect(stderr).not.toContain('sha512-');
    expect(stderr).not.toContain('--package-lock-only');
    expect(oneLine(stderr)).toMatch(/Commit [^:]*\.github\/keyturn\/package-lock\.json/);

    const lines = await linesOf(place);
    expect(lines).toEqual([
      `npm ci --ignore-scripts --prefix ${FOLDER}`,
      `${FOLDER}/node_modules/.bin/keyturn rotate`,
    ]);
    const options = {
      cwd: place.folder,
      env: { PATH: process.env['PATH'], HOME: place.folder, ...env },
    };
    const { stdout } = await run('sh', ['-e', '-c', lines.join('\n')], options);
    expect(stdout.trimEnd().split('\n').at(-1)).toBe('rotate');
    const installed = join(place.folder, FOLDER, 'node_modules/@keyturn/cli');
    expect(await readdir(installed)).not.toContain('ran');
  });

  it('is not made beside one of the project that has keyturn, which is to be committed', async () => {
    const place = await makePlace();
    const [manifest, lock] = [
      { devDependencies: { '@keyturn/cli': '^1.0.0' } },
      { packages: { 'node_modules/@keyturn/cli': { version: '1.0.0' } } },
    ];
    await writeFile(join(place.folder, 'package.json'), JSON.stringify(manifest));
    await writeFile(join(place.folder, 'package-lock.json'), JSON.stringify(lock));
    const { stderr } = await place.keyturn([...ARGS, '--yes']);
    expect(oneLine(stderr)).toMatch(/Commit [^:]* package\.json, package-lock\.json\./);
    expect(await linesOf(place)).toContain('npm ci --ignore-scripts');
  });

  it('says how to make it where npm cannot, and what happens until then', async () => {
    const place = await makePlace();
    const { code, stderr } = await place.keyturn([...ARGS, '--yes']);
    expect(code).toBe(0);
    expect(oneLine(stderr)).toContain(
      `npm install --package-lock-only --ignore-scripts --no-audit --no-fund --prefix ${FOLDER}. Until then the pipeline fails.`,
    );
    expect(await readdir(join(place.folder, FOLDER))).toEqual(['package.json']);
  });

  it('has none where the registry lacks a package', async () => {
    const place = await makePlace();
    const { env, asked } = await startRegistry(await versions(['cli', 'core']));
    const { stderr } = await place.keyturn([...ARGS, '--yes'], env);
    expect(asked).toContain('/@keyturn/sink-github');
    expect(stderr).toContain('--package-lock-only');
    expect(await readdir(join(place.folder, FOLDER))).toEqual(['package.json']);
  });

  it('is written with consent alone', async () => {
    const place = await makePlace();
    const { env } = await startRegistry(await versions());
    const tried = await place.keyturn([...ARGS, '--dry-run'], env);
    expect(tried.stderr).toMatch(/package-lock\.json \(new\)\n {2}\d+ lines\n/);
    const { host, shown } = personAt(place, ['y', '', '', '', 'n'], env);
    await initCommand(['github:acme'], { name: [], ci: 'github' }, host).catch(() => undefined);
    expect(shown()).toContain('? [Y/n] n');
    expect(await read(place, `${FOLDER}/package.json`)).toBe('');
  });

  it('keeps the lock file that fits, and asks nobody for it', async () => {
    const place = await makePlace();
    await mkdir(join(place.folder, FOLDER), { recursive: true });
    const { env } = await startRegistry(await versions());
    await place.keyturn([...ARGS, '--yes'], env);
    const lock = await read(place, `${FOLDER}/package-lock.json`);
    const { stderr } = await place.keyturn([...ARGS, '--yes']);
    expect(stderr).toContain(`${FOLDER}/package-lock.json (unchanged)`);
    expect(await read(place, `${FOLDER}/package-lock.json`)).toBe(lock);
  });

  it('is given up where somebody interrupts npm, and npm with it', async () => {
    const place = await makePlace();
    const bin = join(place.folder, 'bin');
    await mkdir(bin);
    const script = `#!/bin/sh\necho $$ > ${place.folder}/pid\nexec sleep 600\n`;
    await writeFile(join(bin, 'npm'), script, { mode: 0o755 });
    const interrupt = new AbortController();
    const env = { PATH: `${bin}:/usr/bin:/bin` };
    const making = makeLock('{}', [], { env, signal: interrupt.signal });
    await until(async () => (await read(place, 'pid')).endsWith('\n'));
    interrupt.abort();
    await expect(making).rejects.toMatchObject({ code: 'INTERRUPTED', effect: 'none' });
    const pid = Number(await read(place, 'pid'));
    await until(() => !isRunning(pid));
  });

  it('gives npm no credential', async () => {
    const place = await makePlace();
    const bin = join(place.folder, 'bin');
    await mkdir(bin);
    const script = `#!/bin/sh\n/usr/bin/env > ${place.folder}/environment\nexit 1\n`;
    await writeFile(join(bin, 'npm'), script, { mode: 0o755 });
    const hidden = { KEYTURN_LEDGER_KEY: 'k'.repeat(32), NODE_OPTIONS: '--no-warnings' };
    const env = { PATH: `${bin}:/usr/bin:/bin`, NPM_TOKEN: 'npm_x', https_proxy: '', ...hidden };
    await place.keyturn([...ARGS, '--yes'], env);
    const environment = await read(place, 'environment');
    expect(environment).toContain('NPM_TOKEN=npm_x\n');
    expect(environment).not.toMatch(/pscale_tkn_|PLANETSCALE|GITHUB|KEYTURN|NODE_OPTIONS/);
  });

  it('is kept out of what git ignores, and its packages are not', async () => {
    const place = await makePlace();
    await writeFile(join(place.folder, '.gitignore'), 'dist\npackage-lock.json');
    await place.keyturn([...ARGS, '--yes']);
    expect(await read(place, '.gitignore')).toBe(
      `dist\npackage-lock.json\n.keyturn/\n${FOLDER}/node_modules/\n!/${FOLDER}/package-lock.json\n`,
    );
    await run('git', ['init', '--quiet', place.folder]);
    const ignored = async (path: string): Promise<boolean> =>
      run('git', ['-C', place.folder, 'check-ignore', '--quiet', path]).then(
        () => true,
        () => false,
      );
    expect(await ignored(`${FOLDER}/package-lock.json`)).toBe(false);
    expect(await ignored(`${FOLDER}/node_modules/x`)).toBe(true);
    const { stderr } = await place.keyturn([...ARGS, '--yes']);
    expect(stderr).not.toContain('.gitignore');
  });
});

it('finds the adapters beside the program that was installed for the pipeline', async () => {
  const place = await makePlace();
  const modules = join(place.folder, FOLDER, 'node_modules');
  const ours = [...PACKAGES, 'ci', 'host', 'http', 'store-file'];
  const pinned = { dependencies: await versions(PACKAGES) };
  await mkdir(modules, { recursive: true });
  await writeFile(join(place.folder, FOLDER, 'package.json'), JSON.stringify(pinned));
  for (const name of ours) {
    const to = join(modules, '@keyturn', name);
    for (const part of ['package.json', 'dist', ...(name === 'cli' ? ['bin'] : [])])
      await cp(join(source(name), part), join(to, part), { recursive: true });
    const text = await readFile(join(to, 'package.json'), 'utf8');
    const { dependencies = {} } = JSON.parse(text) as { dependencies?: Record<string, string> };
    for (const other of Object.keys(dependencies).filter((one) => !one.startsWith('@keyturn/'))) {
      await mkdir(dirname(join(modules, other)), { recursive: true });
      const target = await realpath(join(source(name), 'node_modules', other));
      await symlink(target, join(modules, other)).catch(() => undefined);
    }
  }
  await writeFile(
    join(place.folder, 'keyturn.config.yaml'),
    'issuer: { kind: planetscale, org: acme }\nrotations:\n  ci: { sinks: [github:acme/web] }\n',
  );
  const bin = join(modules, '@keyturn/cli/bin/keyturn.js');
  const args = ['rotate', 'ci', '--replaces', 'cigithub4w8d'];
  const { code, stdout } = await runBin(bin, args, { ...place.sandbox.env }, place.folder);
  expect(code).toBe(0);
  expect(stdout).toContain('delivered  github:acme/web');
});
