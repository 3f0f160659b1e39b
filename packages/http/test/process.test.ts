import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

import { expect, it } from 'vitest';

import { answer, serve } from './support/servers.ts';

const CHILD = fileURLToPath(new URL('support/child.ts', import.meta.url));

it.each([
  ['1', "Node's own client"],
  ['0', 'undici'],
])(
  'loads nothing before the first request, and does not keep the process running after the last, with few = %s: %s',
  async (few) => {
    const server = await serve(answer(200, 'x'));
    const args = ['--conditions=@keyturn/source', CHILD, server.url, few];
    const { stdout } = await promisify(execFile)(process.execPath, args);
    expect(JSON.parse(stdout)).toEqual({ loadedBefore: false, loadedAfter: true, open: [] });
  },
);
