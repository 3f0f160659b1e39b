import { execFile } from 'node:child_process';
import { chmod, cp, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';

import {
  type GitServer,
  PASSWORD,
  serveGit,
  USER,
} from '../../../packages/store-git/test/server.ts';
import type { Point, ServerFault } from '../point.ts';
import { isHttpOnly } from '../world.ts';
import type { Ledgers, Planned } from './ledgers.ts';

const execute = promisify(execFile);
const BRANCH = 'keyturn-ledger';
const LOGIN = Buffer.from(`${USER}:${PASSWORD}`).toString('base64');
/** How long a push waits at a server before it lands, in seconds: until after the next run has begun. */
const LATE = '0.6';

async function git(cwd: string, ...command: string[]): Promise<Buffer> {
  const env = {
    PATH: process.env['PATH'],
    HOME: '/nonexistent',
    GIT_CONFIG_NOSYSTEM: '1',
    GIT_AUTHOR_NAME: 'ana',
    GIT_AUTHOR_EMAIL: 'ana@acme.example',
    GIT_COMMITTER_NAME: 'ana',
    GIT_COMMITTER_EMAIL: 'ana@acme.example',
  };
  const options = { cwd, env, encoding: 'buffer' as const, maxBuffer: 64 * 1024 * 1024 };
  return (await execute('git', command, options)).stdout;
}

/** A bare repository with one commit, to be copied. */
export async function makeTemplate(folder: string): Promise<string> {
  const template = join(folder, 'template.git');
  await git(folder, 'init', '--quiet', '--bare', '--template=', '--initial-branch=main', template);
  const tree = (await git(template, 'hash-object', '-t', 'tree', '-w', '/dev/null')).toString();
  const commit = (await git(template, 'commit-tree', '-m', 'start', tree.trim())).toString();
  await git(template, 'update-ref', 'refs/heads/main', commit.trim());
  return template;
}

/** Ledgers on a branch of a bare repository in `root`; over smart HTTP with a login if that is asked for. */
export async function gitLedgers(
  template: string,
  root: string,
  { clone, http }: { readonly clone: boolean; readonly http: boolean },
): Promise<Ledgers> {
  const bare = join(root, 'ledger.git');
  await cp(template, bare, { recursive: true });
  // Servers of both kinds: those that take push options, and those that do not.
  if (clone) await git(bare, 'config', 'receive.advertisePushOptions', 'true');
  const server = http ? await serveGit(root) : undefined;
  const url = server === undefined ? `file://${bare}` : `${server.plainUrl}/ledger.git`;
  const withLogin = server === undefined ? url : `${server.url}/ledger.git`;
  return {
    env: {
      KEYTURN_STATE: clone ? `git:origin#${BRANCH}` : `git+${withLogin}#${BRANCH}`,
      // A local server is a child of git: it does not die with the machine.
      ...(http && { KEYTURN_KILL_GROUP: '1' }),
    },
    secrets: http ? [PASSWORD, LOGIN] : [],
    async furnish(folder) {
      // As the pipelines of GitHub leave it.
      const header = `http.${server?.plainUrl}/.extraheader`;
      const login = `Authorization: Basic ${LOGIN}`;
      const settings = server === undefined ? [] : ['-c', `${header}=${login}`];
      await git(root, ...settings, 'clone', '--quiet', '--depth=1', url, folder);
      if (server !== undefined) await git(folder, 'config', header, login);
    },
    async text() {
      const objects = await git(bare, 'cat-file', '--batch-all-objects', '--batch');
      return `${(await git(bare, 'for-each-ref')).toString()}\n${objects.toString('latin1')}`;
    },
    plan: (point) =>
      isHttpOnly(point) && server !== undefined
        ? Promise.resolve(planAnswer(server, point))
        : planHook(bare, point),
    close: async () => {
      await server?.[Symbol.asyncDispose]();
    },
  };
}

type ServerPoint = Extract<Point, { what: 'server' }>;

function planAnswer(server: GitServer, { nth, when }: ServerPoint): Planned {
  let hang = (): void => {};
  const killed = new Promise<void>((resolve) => (hang = resolve));
  const faults = { hangs: 'hang', cuts: 'cut', loses: 'lose' } as const;
  let pushes = 0;
  server.fault = (kind) => {
    if (kind !== 'push' || ++pushes !== nth) return undefined;
    if (when === 'hangs') hang();
    return faults[when as keyof typeof faults];
  };
  return {
    killed,
    async end() {
      server.fault = undefined;
      return pushes >= nth;
    },
  };
}

const SCRIPTS: Partial<Record<ServerFault, string>> = {
  refuses: 'echo "the disk is full" >&2; exit 1',
  'dies before': 'kill -9 $PPID; sleep 1',
  'dies after': 'kill -9 $PPID; sleep 1',
  'lands late': `sleep ${LATE}`,
};

/** A hook of the server's: it runs before or after the branch moves, and knows the process that moves it. */
async function planHook(bare: string, { nth, when }: ServerPoint): Promise<Planned> {
  const hook = join(bare, 'hooks', when === 'dies after' ? 'post-receive' : 'pre-receive');
  const count = join(bare, 'pushes');
  const script = [
    '#!/bin/sh',
    `n=$(($(cat ${count} 2>/dev/null || echo 0) + 1)); echo $n >${count}`,
    `if [ $n = ${nth} ]; then ${SCRIPTS[when] ?? 'exit 1'}; fi`,
    'exit 0',
  ];
  await git(bare, 'config', 'core.hooksPath', join(bare, 'hooks'));
  await mkdir(join(bare, 'hooks'), { recursive: true });
  await writeFile(hook, `${script.join('\n')}\n`);
  await chmod(hook, 0o755);
  const over = new AbortController();
  const reached = async (): Promise<boolean> =>
    Number(await readFile(count, 'utf8').catch(() => '0')) >= nth;
  const hung = async (): Promise<void> => {
    while (!over.signal.aborted && !(await reached())) await sleep(15);
    if (over.signal.aborted || when !== 'lands late') await new Promise(() => {});
  };
  return {
    killed: hung(),
    async end() {
      over.abort();
      const isReached = await reached();
      await rm(hook, { force: true });
      return isReached;
    },
  };
}
