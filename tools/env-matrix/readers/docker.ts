import { mkdtemp, rm } from 'node:fs/promises';
import { createServer, type ServerResponse } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { type Opened, withoutOwn } from '../../../packages/sink-env/test/matrix/reader.ts';
import { find, run, withFile } from '../../../packages/sink-env/test/matrix/run.ts';

const pair = (line: string): readonly [string, string] => {
  const at = line.indexOf('=');
  return [line.slice(0, at), line.slice(at + 1)];
};

/** Docker's own client: a server on a socket takes what it would create, so that no daemon is needed. */
export async function docker(): Promise<Opened> {
  const name = 'docker create';
  const program = find('docker');
  if (program === undefined) return { name, skipped: 'no docker client here' };
  const folder = await mkdtemp(join(tmpdir(), 'env-matrix-'));
  const created = new Map<string, readonly string[]>();
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      if (request.url?.includes('/containers/create') === true) {
        const { Image, Env } = JSON.parse(Buffer.concat(chunks).toString()) as Created;
        created.set(Image, Env ?? []);
        answer(response, 201, { Id: 'none', Warnings: [] });
      } else if (request.url?.includes('/_ping') === true) answer(response, 200, {});
      else answer(response, 404, { message: 'not here' });
    });
  });
  const socket = join(folder, 'docker.sock');
  await new Promise<void>((resolve) => server.listen(socket, resolve));
  const env = { DOCKER_CONFIG: folder, DOCKER_HOST: `unix://${socket}` };
  let count = 0;
  return {
    name,
    exports: 'unknown',
    read: (text) =>
      withFile('.env', text, async (path) => {
        const image = `file-${count++}`;
        const { code, errors } = await run(
          program,
          ['create', '--pull=never', '--env-file', path, image],
          { env },
        );
        if (code === 0)
          return {
            values: withoutOwn((created.get(image) ?? []).map((line) => pair(line))),
            complaint: '',
          };
        if (!/env file|utf8|too long/i.test(errors)) throw new Error(`docker: ${errors}`);
        return { values: undefined, complaint: '' };
      }),
    async close() {
      server.closeAllConnections();
      server.close();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

interface Created {
  readonly Image: string;
  readonly Env: readonly string[] | null;
}

function answer(response: ServerResponse, status: number, body: unknown): void {
  response.writeHead(status, { 'api-version': '1.41', 'content-type': 'application/json' });
  response.end(JSON.stringify(body));
}
