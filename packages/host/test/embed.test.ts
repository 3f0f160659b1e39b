import { execFile } from 'node:child_process';
import { copyFile, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

import { startSandbox } from '@keyturn/sandbox';
import { expect, it, onTestFinished } from 'vitest';

import { temporaryFolder } from './temporary-folder.ts';

const example = fileURLToPath(new URL('../../../examples/embed', import.meta.url));
const program = join(example, 'rotate.ts');

it('is embedded by the program in examples/embed, in about 30 lines', async () => {
  const sandbox = await startSandbox();
  onTestFinished(() => sandbox.close());
  const folder = await temporaryFolder({ '.env.local': '' });
  await copyFile(join(example, 'keyturn.config.yaml'), join(folder, 'keyturn.config.yaml'));
  const run = () =>
    promisify(execFile)(process.execPath, ['--conditions=@keyturn/source', program, folder], {
      env: { ...sandbox.env, HOME: folder, PATH: process.env['PATH'] },
    });
  const first = await run();
  expect(first.stdout).toMatch(/^laptop: rotated \nlaptop: due at \d{4}-/);
  expect(await readFile(join(folder, '.env.local'), 'utf8')).toContain(
    'PLANETSCALE_SERVICE_TOKEN=',
  );
  expect((await run()).stdout).toContain('laptop: current');
  const lines = (await readFile(program, 'utf8')).trimEnd().split('\n');
  expect(lines.length).toBeLessThanOrEqual(30);
});
