// Publishes every package to a registry on loopback, and uses them from there as a stranger would, in empty folders:
//
//   npm run e2e                       every package manager, every line of Node
//   npm run e2e -- --short            npm on one line
//   npm run e2e -- --only PATTERN     the cells whose "row, column" fit
//   npm run e2e -- --keep             leaves the folder, and says where it is
import { execFileSync } from 'node:child_process';
import { mkdir, mkdtemp, rm, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { parseArgs } from 'node:util';

import { cellsOf, type Planned } from './cells.ts';
import { isGood, table, type Cell, type Outcome } from './matrix.ts';
import { installPrograms } from '../programs.ts';
import { startRegistry } from './registry.ts';
import { run, tail } from './run.ts';
import type { Shared } from './world.ts';

const { values } = parseArgs({
  options: {
    short: { type: 'boolean', default: false },
    only: { type: 'string', default: '' },
    keep: { type: 'boolean', default: false },
  },
});
const say = (line: string): void => void process.stdout.write(`${line}\n`);
const root = dirname(dirname(import.meta.dirname));
const started = performance.now();

// Without a registry nothing can be tried.
if (!installPrograms(new URL('programs/', import.meta.url)))
  throw new Error('npm ci failed in tools/e2e/programs');
const folder = await mkdtemp(join(tmpdir(), 'keyturn-e2e-'));
const behind = execFileSync('npm', ['config', 'get', 'registry'], { encoding: 'utf8' }).trim();
const registry = await startRegistry(join(folder, 'registry'), behind);
const stop = (): void => void registry.close().then(() => process.exit(130));
process.once('SIGINT', stop).once('SIGTERM', stop);
try {
  await publishAll();
  const shared = { folder, registry: registry.url, programs: await programs() };
  const cells = await runCells(shared);
  process.stdout.write(`\n${table(cells)}\n`);
  say(`in ${((performance.now() - started) / 1000).toFixed(0)} s`);
  process.exitCode = isGood(cells) ? 0 : 1;
} catch (error) {
  say((error as Error).message);
  process.exitCode = 1;
} finally {
  process.off('SIGINT', stop).off('SIGTERM', stop);
  await registry.close();
  if (values.keep) say(`kept in ${folder}`);
  else await rm(folder, { recursive: true, force: true, maxRetries: 3 });
}

/** Publishes with the program of a release. The registry is named: nothing goes anywhere else. */
async function publishAll(): Promise<void> {
  const { url, settings } = registry;
  const args = ['--registry', url, '--settings', settings, '--no-provenance'];
  const ended = await run(process.execPath, ['tools/publish/main.ts', ...args], {
    cwd: root,
    env: process.env,
  });
  if (ended.code !== 0) throw new Error(`Publishing failed\n${tail(ended)}`);
  const published = ended.stdout.split('\n').filter((line) => line.endsWith(' is published'));
  say(`${published.length} packages are published in the registry at ${url}`);
}

/** One folder with links to the managers, and those of the system, which have no Node that would be found first. */
async function programs(): Promise<string[]> {
  const links = join(folder, 'bin');
  await mkdir(links);
  const found = {
    npm: commandPath(['sh', '-c', 'readlink -f "$(command -v npm)"']),
    npx: commandPath(['sh', '-c', 'readlink -f "$(command -v npx)"']),
    git: commandPath(['sh', '-c', 'command -v git']),
    pnpm: commandPath(['npx', '-y', '--prefer-offline', '-p', pnpm(), '-c', 'command -v pnpm']),
    yarn: join(import.meta.dirname, 'programs/node_modules/@yarnpkg/cli-dist/bin/yarn.js'),
  };
  for (const [name, path] of Object.entries(found)) await symlink(path, join(links, name));
  return [links, '/usr/bin', '/bin'];
}

function pnpm(): string {
  const text = execFileSync('node', ['-p', 'require("./package.json").packageManager'], {
    cwd: root,
    encoding: 'utf8',
  });
  return text.trim();
}

function commandPath([program, ...args]: readonly [string, ...string[]]): string {
  return execFileSync(program, args, { cwd: folder, encoding: 'utf8' }).trim();
}

async function runCells(shared: Shared): Promise<Cell[]> {
  const pattern = new RegExp(values.only);
  const chosen = cellsOf(values.short).filter(({ row, column }) =>
    pattern.test(`${row}, ${column}`),
  );
  const cells: Cell[] = [];
  for (const planned of chosen) {
    const outcome = await outcomeOf(planned, shared);
    cells.push({ row: planned.row, column: planned.column, outcome });
    say(`${outcome.kind.padEnd(7)} ${planned.row}, ${planned.column}`);
  }
  return cells;
}

async function outcomeOf({ skipped, use }: Planned, shared: Shared): Promise<Outcome> {
  if (skipped !== undefined) return { kind: 'skipped', reason: skipped };
  const begun = performance.now();
  try {
    await use(shared);
    return { kind: 'held', seconds: (performance.now() - begun) / 1000 };
  } catch (error) {
    return { kind: 'failed', reason: (error as Error).message };
  }
}
