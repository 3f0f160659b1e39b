import { spawn } from 'node:child_process';
import { watch } from 'node:fs';
import { chmod, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { fileURLToPath } from 'node:url';

import { startSandbox, type Sandbox, type World } from '@keyturn/sandbox';
import { onTestFinished } from 'vitest';

const bin = fileURLToPath(new URL('../../bin', import.meta.url));

/** Folders of its own for everything that a run may write to, and a record of every process that it starts. */
export interface House {
  readonly sandbox: Sandbox;
  /** The working directory. */
  readonly work: string;
  /** Runs a line in bash, where `keyturn` is the built program; one that serves is ended. Nothing of it is thrown away. */
  readonly run: (line: string, env?: Readonly<Record<string, string>>) => Promise<Seen>;
}

/** Everything that can be seen of a run, by where it was seen. */
export interface Seen {
  readonly code: number | null;
  readonly stdout: string;
  readonly texts: Readonly<Record<string, string>>;
}

const LONGEST = 12_000;
/** Programs that keyturn may start; each tells how it was started, and becomes the real one. */
const WATCHED = ['git', 'put-secret'];

export async function openHouse(world: World = {}): Promise<House> {
  const root = await mkdtemp(join(tmpdir(), 'keyturn-leaks-'));
  const folder = (name: string): string => join(root, name);
  for (const name of ['work', 'home/.config/fish/completions', 'tmp', 'state', 'path', 'started'])
    await mkdir(folder(name), { recursive: true });
  const sandbox = await startSandbox({ world });
  onTestFinished(async () => {
    await sandbox.close();
    await rm(root, { recursive: true, force: true });
  });
  const rest = process.env['PATH'] ?? '';
  await shim(folder('path'), 'keyturn', `exec ${process.execPath} ${join(bin, 'keyturn.js')} "$@"`);
  for (const name of WATCHED)
    await shim(
      folder('path'),
      name,
      `{ echo "$0 $*"; env; } > ${folder('started')}/$$\nPATH=${rest}\n` +
        (name === 'git' ? 'exec git "$@"' : 'cat > /dev/null'),
    );
  const env = {
    PATH: `${folder('path')}${delimiter}${rest}`,
    HOME: folder('home'),
    TMPDIR: folder('tmp'),
    KEYTURN_STATE: folder('state'),
    KEYTURN_DEBUG: '1',
    GIT_CONFIG_NOSYSTEM: '1',
    ...sandbox.env,
  };

  const run: House['run'] = async (line, more = {}) => {
    const temporary = new Set<string>();
    const watcher = watch(folder('tmp'), { recursive: true }, (_, name) =>
      temporary.add(name ?? ''),
    );
    const child = spawn('bash', ['-c', line], {
      cwd: folder('work'),
      env: { ...env, ...more },
      stdio: ['ignore', 'pipe', 'pipe'],
      detached: true,
    });
    const end = (): void => {
      if (child.pid !== undefined) process.kill(-child.pid, 'SIGTERM');
    };
    let [stdout, stderr] = ['', ''];
    child.stdout.on('data', (chunk: Buffer) => {
      stdout += chunk.toString();
      if (line.startsWith('keyturn sandbox')) end();
    });
    child.stderr.on('data', (chunk: Buffer) => (stderr += chunk.toString()));
    const late = setTimeout(end, LONGEST);
    const looking = lookAt(child.pid ?? 0);
    const code = await new Promise<number | null>((resolve) => child.on('close', resolve));
    clearTimeout(late);
    watcher.close();
    const texts = {
      stdout,
      stderr,
      'the arguments of a process': looking.commandLines(),
      'the environment of a child': await contents(folder('started')),
      'the ledgers': await contents(folder('state')),
      'the temporary folder': (await contents(folder('tmp'))) + [...temporary].join('\n'),
      'the home': await contents(folder('home')),
      'the working directory': await contents(folder('work')),
    };
    for (const name of await readdir(folder('started'))) await rm(join(folder('started'), name));
    return { code, stdout, texts };
  };
  return { sandbox, work: folder('work'), run };
}

async function shim(path: string, name: string, script: string): Promise<void> {
  await writeFile(join(path, name), `#!/bin/sh\n${script}\n`);
  await chmod(join(path, name), 0o755);
}

/** Reads the arguments of a process and of all below it again and again, where there is a /proc. */
function lookAt(pid: number): { commandLines: () => string } {
  const seen = new Set<string>();
  let isOver = false;
  const look = async (one: number): Promise<void> => {
    const read = (name: string): Promise<string> =>
      readFile(`/proc/${one}/${name}`, 'latin1').catch(() => '');
    seen.add(await read('cmdline'));
    const children = await read(`task/${one}/children`);
    await Promise.all(
      children
        .split(' ')
        .filter(Boolean)
        .map((child) => look(Number(child))),
    );
  };
  const again = async (): Promise<void> => {
    if (isOver) return;
    await look(pid);
    setTimeout(() => void again(), 3);
  };
  void again();
  return {
    commandLines: () => {
      isOver = true;
      return [...seen].join('\n');
    },
  };
}

/** All files below a folder with their names, but those that are meant to hold secrets. */
async function contents(folder: string): Promise<string> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile() && !entry.name.startsWith('.env'));
  const texts = await Promise.all(
    files.map(async (entry) => {
      const path = join(entry.parentPath, entry.name);
      return `${path}\n${await readFile(path, 'latin1').catch(() => '')}`;
    }),
  );
  return texts.join('\n');
}
