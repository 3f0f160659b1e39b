// Plants, for each promise of SECURITY.md, a mistake that breaks it, and looks whether the test that holds it fails.
//
//   npm run threats                  all of them
//   npm run threats -- --only KIND   those whose promise fits the pattern
//
// It works in a copy of the workspace. Exit code 6: a test did not notice.
import { spawn } from 'node:child_process';
import { chmod, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parseArgs } from 'node:util';

import { Workspace } from '../mutants/workspace.ts';
import { threats, type Threat } from './threats.ts';

const { values } = parseArgs({ options: { only: { type: 'string', default: '' } } });
const chosen = threats.filter(({ promise }) => new RegExp(values.only, 'i').test(promise));
const workspace = await Workspace.copy();
// Tests of other users run the copy as one of them.
await chmod(workspace.folder, 0o755);
let unnoticed = 0;
try {
  for (const threat of chosen) {
    if ((await runTest(threat)) !== 0)
      throw new Error(`${threat.test} fails without a mistake, so it shows nothing`);
    const noticed = await isNoticed(threat, workspace.folder);
    if (!noticed) unnoticed++;
    process.stdout.write(`${noticed ? 'noticed' : 'UNNOTICED'}  ${threat.promise}\n`);
  }
} finally {
  await workspace.remove();
}
process.stdout.write(`${chosen.length - unnoticed} of ${chosen.length} mistakes were noticed\n`);
process.exitCode = unnoticed === 0 ? 0 : 6;

async function isNoticed(threat: Threat, folder: string): Promise<boolean> {
  const [name, before, after] = threat.mistake;
  const file = join(folder, name);
  const text = await readFile(file, 'utf8');
  if (text.split(before).length !== 2)
    throw new Error(`not in ${name} any more, or not once: ${before}`);
  await writeFile(
    file,
    text.replace(before, () => after),
  );
  const made = packageOf(name);
  // The built program is what is tested there.
  const isBuilt = packageOf(threat.test) === 'cli' && name.includes('/src/');
  try {
    if (isBuilt) await build(made, folder);
    return (await runTest(threat)) !== 0;
  } finally {
    await writeFile(file, text);
    if (isBuilt) await build(made, folder);
  }
}

function runTest({ test, only }: Threat): Promise<number> {
  const tested = packageOf(test);
  const config = join(workspace.folder, 'vitest.config.ts');
  const root = join(workspace.folder, 'packages', tested);
  const args = ['run', '--config', config, '--root', root, test.replace(`packages/${tested}/`, '')];
  return run('vitest', only === undefined ? args : [...args, '-t', only], root);
}

async function build(name: string, folder: string): Promise<void> {
  const cwd = join(folder, 'packages', name);
  const code = await run('tsup', ['--config', '../../tsup.config.ts'], cwd);
  if (code !== 0) throw new Error(`${name} cannot be built with the mistake`);
}

function packageOf(file: string): string {
  return file.split('/')[1] ?? '';
}

function run(name: string, args: readonly string[], cwd: string): Promise<number> {
  return new Promise((resolve, reject) => {
    const program = join(workspace.folder, 'node_modules', '.bin', name);
    const child = spawn(program, args, { cwd, stdio: 'ignore' });
    child.on('error', reject);
    child.on('close', (code) => resolve(code ?? 1));
  });
}
