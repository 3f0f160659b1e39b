// Installs the packed program with one sink at a time into an empty folder, and rotates there against the sandbox:
// `node tools/check-install.ts`. It says in one line each what does not hold.
import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { startSandbox, type Sandbox } from '../packages/sandbox/src/index.ts';
import { packAll, type Tarball } from './pack.ts';

const ALWAYS = ['ci', 'core', 'host', 'http', 'store-file', 'cli', 'issuer-planetscale'];
const SINKS = {
  env: 'env:.env.ci',
  github: 'github:acme/web',
  gitlab: 'gitlab:acme/infra',
  circleci: 'circleci:gh/acme/web',
  exec: 'exec:./put.sh',
};

const problems: string[] = [];
const folder = await mkdtemp(join(tmpdir(), 'keyturn-install-'));
try {
  const tarballs = await packAll(folder);
  for (const [kind, target] of Object.entries(SINKS)) await tryAlone(kind, target, tarballs);
} finally {
  await rm(folder, { recursive: true, force: true });
}
for (const problem of problems) process.stdout.write(`${problem}\n`);
process.exitCode = problems.length === 0 ? 0 : 1;

async function tryAlone(kind: string, target: string, tarballs: readonly Tarball[]): Promise<void> {
  const project = await mkdtemp(join(folder, `${kind}-`));
  const sandbox = await startSandbox();
  try {
    const wanted = new Set([...ALWAYS, `sink-${kind}`].map((name) => `@keyturn/${name}`));
    const own = tarballs.filter(({ name }) => wanted.has(name));
    // Nothing of ours is asked of a registry: each package finds the others in their tarballs.
    const manifest = {
      private: true,
      dependencies: Object.fromEntries(own.map(({ name, filename }) => [name, `file:${filename}`])),
      overrides: Object.fromEntries(own.map(({ name }) => [name, `$${name}`])),
    };
    await writeFile(join(project, 'package.json'), JSON.stringify(manifest));
    await writeFile(join(project, 'put.sh'), '#!/bin/sh\ncat >/dev/null\n', { mode: 0o755 });
    const installed = await run(
      'npm',
      ['install', '--prefer-offline', '--no-audit', '--no-fund'],
      project,
      process.env,
    );
    if (installed.code !== 0)
      problems.push(
        `${kind}: npm install ends with ${installed.code}: ${installed.stderr.slice(-200)}`,
      );
    await expectRotation(kind, target, project, sandbox);
    await expectAdvice(kind, project, sandbox);
  } finally {
    await sandbox.close();
  }
}

async function expectRotation(
  kind: string,
  target: string,
  project: string,
  sandbox: Sandbox,
): Promise<void> {
  const { code, stdout, stderr } = await keyturn(
    ['rotate', '--sink', target, '--replaces', 'cigithub4w8d', '--json'],
    project,
    sandbox,
  );
  if (code !== 0 || !stdout.includes('"status":"delivered"'))
    problems.push(`${kind}: the rotation ends with ${code}: ${stderr.slice(-200)}`);
}

/** A run that needs a sink that is not installed says how to install it. */
async function expectAdvice(kind: string, project: string, sandbox: Sandbox): Promise<void> {
  const other = kind === 'gitlab' ? 'github:acme/web' : 'gitlab:acme/infra';
  const line = `npm install --save-dev @keyturn/sink-${other.slice(0, 6)}`;
  const { code, stderr } = await keyturn(['rotate', '--sink', other], project, sandbox);
  if (code !== 2 || !stderr.includes(line))
    problems.push(`${kind}: a missing sink is answered with ${code}: ${stderr.slice(0, 200)}`);
}

interface Ended {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

function keyturn(args: readonly string[], project: string, { env }: Sandbox): Promise<Ended> {
  return run(
    process.execPath,
    [join(project, 'node_modules/@keyturn/cli/bin/keyturn.js'), ...args],
    project,
    env,
  );
}

function run(
  command: string,
  args: readonly string[],
  cwd: string,
  env: NodeJS.ProcessEnv,
): Promise<Ended> {
  return new Promise((resolve) => {
    execFile(
      command,
      args,
      {
        cwd,
        timeout: 120_000,
        env: { PATH: process.env['PATH'], HOME: process.env['HOME'], ...env },
      },
      (error, stdout, stderr) => {
        const code = error === null ? 0 : typeof error.code === 'number' ? error.code : 1;
        resolve({ code, stdout, stderr });
      },
    );
  });
}
