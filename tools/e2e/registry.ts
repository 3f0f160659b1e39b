import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';

import { freePort } from '../../packages/store-postgres/test/support/free-port.ts';

const program = fileURLToPath(
  new URL('programs/node_modules/verdaccio/bin/verdaccio', import.meta.url),
);

/** A registry on loopback, with packages of ours that are published to it, and the others from the registry behind it. */
export interface Registry {
  readonly url: string;
  /** The settings for npm of somebody who may publish to it. */
  readonly settings: string;
  readonly close: () => Promise<void>;
}

/** @param behind the registry that packages of others come from; nothing of ours is asked there */
export async function startRegistry(folder: string, behind: string): Promise<Registry> {
  await mkdir(folder, { recursive: true });
  const port = await freePort();
  const url = `http://127.0.0.1:${port}/`;
  const config = join(folder, 'config.yaml');
  await writeFile(config, JSON.stringify(configuration(folder, behind)));
  const child = spawn(process.execPath, [program, '--config', config, '--listen', url], {
    cwd: folder,
    env: { ...process.env, HOME: folder, NODE_NO_WARNINGS: '1' },
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  try {
    await answering(url, child);
    const settings = join(folder, 'npmrc');
    const token = await addUser(url);
    await writeFile(settings, `registry=${url}\n//127.0.0.1:${port}/:_authToken=${token}\n`, {
      mode: 0o600,
    });
    return { url, settings, close: () => end(child) };
  } catch (error) {
    await end(child);
    throw error;
  }
}

/** Verdaccio reads YAML, and JSON is YAML. */
function configuration(folder: string, behind: string): object {
  const ours = { access: '$all', publish: '$authenticated' };
  return {
    storage: join(folder, 'storage'),
    auth: { htpasswd: { file: join(folder, 'htpasswd') } },
    web: { enable: false },
    max_body_size: '20mb',
    uplinks: { behind: { url: behind, timeout: '60s', maxage: '60m', fail_timeout: '5s' } },
    packages: {
      '@keyturn/*': ours,
      keyturn: ours,
      '**': { access: '$all', publish: '$authenticated', proxy: 'behind' },
    },
    log: { type: 'stdout', format: 'pretty', level: 'fatal' },
  };
}

async function answering(url: string, child: ChildProcess): Promise<void> {
  for (let tries = 0; tries < 300; tries++) {
    if (child.exitCode !== null) break;
    const response = await fetch(`${url}-/ping`).catch(() => undefined);
    if (response?.ok === true) return;
    await wait(100);
  }
  throw new Error('The registry does not start');
}

/** The user exists in this registry only, which is gone with its folder. */
async function addUser(url: string): Promise<string> {
  const response = await fetch(`${url}-/user/org.couchdb.user:e2e`, {
    method: 'PUT',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ name: 'e2e', password: 'only-on-loopback' }),
  });
  const { token } = (await response.json()) as { token?: string };
  if (token === undefined) throw new Error(`The registry makes no user: ${response.status}`);
  return token;
}

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const ended = once(child, 'exit');
  child.kill('SIGTERM');
  const late = setTimeout(() => child.kill('SIGKILL'), 5000);
  await ended;
  clearTimeout(late);
}
