import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseEnv } from 'node:util';

import { expect, it } from 'vitest';

import { call, openSink, temporaryFolder } from './context.ts';

const program = fileURLToPath(new URL('endless-deliveries.ts', import.meta.url));

it.each([1, 2, 3, 5, 8])(
  'a process killed after delivery %i leaves a whole file, and the next call tidies up',
  async (count) => {
    const folder = temporaryFolder();
    const path = join(folder, '.env');
    writeFileSync(path, '# ours\nA=1\n');
    const child = spawn(
      process.execPath,
      ['--conditions=@keyturn/source', '--no-warnings', program, folder],
      { stdio: ['ignore', 'pipe', 'inherit'] },
    );
    let seen = 0;
    for await (const chunk of child.stdout) {
      seen += String(chunk).length;
      if (seen >= count) break;
    }
    const exit = once(child, 'exit');
    child.kill('SIGKILL');
    await exit;

    const text = readFileSync(path, 'utf8');
    expect(text.startsWith('# ours\nA=1\n')).toBe(true);
    const { ID, TOKEN } = parseEnv(text);
    expect(TOKEN).toBe(`secret-of-${ID}`);
    await (await openSink('env:.env', folder)).check(['ID', 'TOKEN'], call);
    expect(readdirSync(folder)).toEqual(['.env']);
  },
);
