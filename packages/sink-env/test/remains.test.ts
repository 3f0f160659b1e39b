import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

import { describe, expect, it, onTestFinished } from 'vitest';

import { call, NAME, openSink, temporaryFolder } from './context.ts';

const program = fileURLToPath(new URL('writer.ts', import.meta.url));
const isRoot = process.geteuid?.() === 0;
const OTHER = 65_534;

/** A delivery that waits right before its file takes the place of one that everybody may read. */
async function stalled(folder: string): Promise<{ kill: () => Promise<void> }> {
  writeFileSync(join(folder, '.env'), 'A=1\n');
  chmodSync(join(folder, '.env'), 0o644);
  const child = spawn(
    process.execPath,
    ['--conditions=@keyturn/source', '--no-warnings', program, folder, NAME, 'stall'],
    { stdio: ['pipe', 'pipe', 'inherit'] },
  );
  onTestFinished(() => void child.kill('SIGKILL'));
  child.stdin.write('go\n');
  let said = '';
  for await (const chunk of child.stdout.iterator({ destroyOnReturn: false })) {
    said += String(chunk);
    if (said.includes('at the rename')) break;
  }
  return {
    async kill() {
      const exit = once(child, 'exit');
      child.kill('SIGKILL');
      await exit;
    },
  };
}

/** The files below a folder that have the secret in them. */
const plaintextIn = (folder: string): string[] =>
  readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((one) => one.isFile())
    .map((one) => join(one.parentPath, one.name))
    .filter((file) => readFileSync(file, 'utf8').includes(`secret-${NAME}`));

describe('what a killed delivery leaves', () => {
  it('is its owner’s alone, is found, and goes with the next check', async () => {
    const folder = temporaryFolder();
    const sink = await openSink('env:.env', folder);
    const { kill } = await stalled(folder);
    expect(await sink.leftovers?.(call)).toEqual([]);
    await kill();
    const [path = '', ...more] = plaintextIn(folder);
    expect(more).toEqual([]);
    expect((statSync(path).mode & 0o777).toString(8)).toBe('600');
    expect(await sink.leftovers?.(call)).toEqual([
      { path, by: expect.stringMatching(/^process \d+$/) },
    ]);
    expect(plaintextIn(folder)).toEqual([path]);
    await sink.check([NAME], call);
    expect(await sink.leftovers?.(call)).toEqual([]);
    expect(readdirSync(folder)).toEqual(['.env']);
  });

  it('is not added by git, though only the file itself is ignored', async () => {
    const folder = temporaryFolder();
    const git = (...args: string[]) => execFileSync('git', args, { cwd: folder, encoding: 'utf8' });
    git('init', '--quiet');
    writeFileSync(join(folder, '.gitignore'), '.env\n');
    await (await stalled(folder)).kill();
    expect(plaintextIn(folder)).toHaveLength(1);
    expect(git('add', '--all', '--dry-run')).toBe("add '.gitignore'\n");
  });

  it.skipIf(!isRoot)('is read by no other user of the machine (needs root)', async () => {
    const folder = temporaryFolder();
    chmodSync(folder, 0o755);
    await (await stalled(folder)).kill();
    const [path = ''] = plaintextIn(folder);
    const read = (file: string) =>
      execFileSync('cat', [file], { uid: OTHER, gid: OTHER, stdio: 'pipe', encoding: 'utf8' });
    expect(read(join(folder, '.env'))).toBe('A=1\n');
    expect(() => read(path)).toThrow(/Permission denied/);
  });

  it('is found where it cannot be known whether its process has ended, and what version 1.0 left', async () => {
    const folder = temporaryFolder();
    const holder = '12-34-0123456789ab-0123456789abcdef-build-7';
    const lock = join(folder, '.env.keyturn-lock', holder);
    mkdirSync(lock, { recursive: true });
    const sink = await openSink('env:.env', folder);
    expect(await sink.leftovers?.(call)).toEqual([]);
    writeFileSync(join(lock, 'new'), 'A=1\n');
    const former = `.env.keyturn-4194305-0123456789abcdef.tmp`;
    writeFileSync(join(folder, former), 'A=1\n');
    writeFileSync(join(folder, `other${former}`), 'A=1\n');
    writeFileSync(join(folder, former.replace('.env', '.enc')), 'A=1\n');
    expect(await sink.leftovers?.(call)).toEqual([
      { path: join(lock, 'new'), by: 'process 12 on build-7' },
      { path: join(folder, former), by: 'process 4194305' },
    ]);
    const missing = await openSink('env:missing/.env', folder);
    expect(await missing.leftovers?.(call)).toEqual([]);
  });
});
