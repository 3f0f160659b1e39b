import { execFile } from 'node:child_process';
import { mkdir, readFile, symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

import { expect, it } from 'vitest';

import { temporaryFolder } from './temporary-folder.ts';

const root = fileURLToPath(new URL('../../..', import.meta.url));
const page = await readFile(join(root, 'docs/embedding.md'), 'utf8');
const blocks = (language: string): string[] =>
  [...page.matchAll(new RegExp(`^\`\`\`${language}\\n([\\s\\S]*?)^\`\`\`$`, 'gm'))].map(
    ([, code = '']) => code,
  );

it('rotates as docs/embedding.md shows, in about twenty lines, and passes the test of the page', async () => {
  const [program = '', test = ''] = blocks('ts');
  expect(program.trimEnd().split('\n').length).toBeLessThanOrEqual(22);
  const folder = await temporaryFolder({
    'package.json': '{ "type": "module" }',
    'keyturn.config.yaml': blocks('yaml')[0] ?? '',
    'rotate.ts': program,
    'rotate.test.ts': test,
  });
  await mkdir(join(folder, 'node_modules/@keyturn'), { recursive: true });
  const packages = ['core', 'host', 'sandbox', 'issuer-planetscale', 'sink-env'];
  for (const name of packages)
    await symlink(join(root, 'packages', name), join(folder, 'node_modules/@keyturn', name));
  await mkdir(join(folder, 'node_modules/@types'));
  await symlink(join(root, 'node_modules/@types/node'), join(folder, 'node_modules/@types/node'));

  const run = (file: string, args: readonly string[]) =>
    promisify(execFile)(file, args, {
      cwd: folder,
      env: {
        PATH: process.env['PATH'],
        HOME: folder,
        NODE_OPTIONS: '--conditions=@keyturn/source',
      },
    }).catch((error: unknown) => error as { stdout: string; stderr: string });
  const options =
    '--strict --noEmit --target es2023 --lib es2023,esnext.disposable --module nodenext --types node --skipLibCheck';
  const typed = await run(join(root, 'node_modules/.bin/tsc'), [
    ...options.split(' '),
    ...'--allowImportingTsExtensions --customConditions @keyturn/source'.split(' '),
    'rotate.ts',
    'rotate.test.ts',
  ]);
  expect(typed.stdout).toBe('');
  const tested = await run(process.execPath, ['--test', '--test-reporter=tap', 'rotate.test.ts']);
  expect(tested.stdout).toMatch(/^# pass 1$/m);
}, 180_000);
