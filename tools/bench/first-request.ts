import { spawn, type ChildProcess } from 'node:child_process';
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { median, run } from './measure.ts';
import { ratioRow, type Row } from './row.ts';

const RUNS = 15;

/** From the start of a rotation without a configuration file to its first request, against an empty Node process. */
export async function firstRequest(bin: string): Promise<Row[]> {
  const folder = await mkdtemp(join(tmpdir(), 'keyturn-bench-'));
  await using server = await serve();
  const start = (home: string): Promise<number> => startOnce(bin, folder, home, server);
  const warm = join(folder, 'home');
  const figures: Record<'empty' | 'warm' | 'cold', number[]> = { empty: [], warm: [], cold: [] };
  try {
    // A run keeps the compiled code when it ends, so the first one is let go to its end.
    await mkdir(warm);
    await whole(bin, folder, warm, server);
    for (let i = 0; i < RUNS; i++) {
      figures.empty.push((await run(process.execPath, ['-e', '0'])).milliseconds);
      figures.warm.push(await start(warm));
      const cold = join(folder, `home-${i}`);
      await mkdir(cold);
      figures.cold.push(await start(cold));
    }
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
  const empty = median(figures.empty);
  return [
    ratioRow('start to the first request against node -e 0, warm', median(figures.warm), empty, 3),
    ratioRow('the same without compiled code', median(figures.cold), empty, 3.5),
  ];
}

interface Server extends AsyncDisposable {
  readonly url: string;
  /** Called with the time of each request. */
  onRequest: (at: number) => void;
}

/** A server that closes the connection of every request. */
async function serve(): Promise<Server> {
  const result = {
    url: '',
    onRequest: (): void => {},
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  } as Server;
  const server = createServer((_, response) => {
    result.onRequest(performance.now());
    response.destroy();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return Object.assign(result, { url: `http://127.0.0.1:${port}` });
}

async function startOnce(
  bin: string,
  folder: string,
  home: string,
  server: Server,
): Promise<number> {
  const began = performance.now();
  const child = rotate(bin, folder, home, server.url);
  const arrived = new Promise<number>((resolve) => (server.onRequest = resolve));
  const ended = new Promise<void>((resolve) => child.once('close', () => resolve()));
  const at = await arrived;
  child.kill('SIGKILL');
  await ended;
  await rm(join(folder, '.keyturn'), { recursive: true, force: true });
  return at - began;
}

async function whole(bin: string, folder: string, home: string, server: Server): Promise<void> {
  const child = rotate(bin, folder, home, server.url);
  server.onRequest = () => {
    // A second one would end it at once, and nothing would be kept.
    server.onRequest = () => {};
    child.kill('SIGINT');
  };
  await new Promise<void>((resolve) => child.once('close', () => resolve()));
  server.onRequest = () => {};
  await rm(join(folder, '.keyturn'), { recursive: true, force: true });
}

function rotate(bin: string, folder: string, home: string, url: string): ChildProcess {
  const words = [
    'rotate',
    '--sink',
    'github:acme/web',
    '--org',
    'acme',
    '--replaces',
    'abc123def456',
  ];
  return spawn(process.execPath, [bin, ...words, '--grace', '0', '--json'], {
    cwd: folder,
    stdio: 'ignore',
    env: {
      PATH: process.env['PATH'],
      HOME: home,
      PLANETSCALE_SERVICE_TOKEN_ID: 'abcdefghijkl',
      PLANETSCALE_SERVICE_TOKEN: 'pscale_tkn_bench',
      PLANETSCALE_API_URL: url,
      GITHUB_TOKEN: 'bench',
      GITHUB_API_URL: url,
    },
  });
}
