import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { request } from 'node:http';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

import { describe, expect, it, onTestFinished } from 'vitest';

import { temporaryFolder } from '../../host/test/temporary-folder.ts';
import { makePlace } from './keyturn.ts';

const bin = fileURLToPath(new URL('../bin/keyturn.js', import.meta.url));

describe('keyturn sandbox --github-socket', () => {
  it('serves GitHub on the socket too', async () => {
    const folder = await temporaryFolder({});
    const socketPath = join(folder, 'gh.sock');
    const child = spawn(
      process.execPath,
      [bin, 'sandbox', '--json', '--github-socket', socketPath],
      {
        cwd: folder,
        env: { PATH: process.env['PATH'], HOME: folder },
        stdio: ['ignore', 'pipe', 'inherit'],
      },
    );
    onTestFinished(() => void child.kill('SIGKILL'));
    const [line] = (await once(createInterface(child.stdout), 'line')) as [string];
    const { env } = JSON.parse(line) as { env: Record<string, string> };
    const headers = {
      authorization: `Bearer ${env['GITHUB_TOKEN']}`,
      host: 'api.github.com',
      'user-agent': 'a client',
    };
    const asked = request({ socketPath, path: '/repos/acme/web', headers }).end();
    const [response] = (await once(asked, 'response')) as [{ statusCode: number }];
    expect(response.statusCode).toBe(200);
    asked.destroy();
    const ended = once(child, 'exit');
    child.kill('SIGTERM');
    await ended;
  });

  it('says where it cannot listen', async () => {
    const place = await makePlace();
    const path = join(place.folder, 'none', 'gh.sock');
    const { code, stderr } = await place.keyturn(['sandbox', '--github-socket', path]);
    expect(stderr).toContain(`cannot listen on ${path} (`);
    expect(code).toBe(3);
  });
});
