// Packs every package as it would be published and lets publint judge the tarball: `node tools/check-tarballs.ts`.
import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

import { publint } from 'publint';
import { formatMessage } from 'publint/utils';

const root = fileURLToPath(new URL('..', import.meta.url));
const { packageManager } = JSON.parse(await readFile(join(root, 'package.json'), 'utf8')) as {
  packageManager: string;
};
const folder = await mkdtemp(join(tmpdir(), 'keyturn-tarballs-'));
let problems = 0;
try {
  const pack = [
    '-y',
    '--prefer-offline',
    packageManager,
    '-r',
    '--filter',
    './packages/*',
    'pack',
    '--pack-destination',
    folder,
    '--json',
  ];
  const { stdout } = await promisify(execFile)('npx', pack, { cwd: root, maxBuffer: 1 << 24 });
  for (const { name, filename } of packed(stdout)) {
    const tarball = await readFile(filename);
    const { messages, pkg } = await publint({
      pack: { tarball: tarball.buffer },
      strict: true,
    });
    for (const message of messages) {
      problems++;
      process.stdout.write(`${name}: ${formatMessage(message, pkg ?? {}, { color: false })}\n`);
    }
  }
} finally {
  await rm(folder, { recursive: true, force: true });
}
process.exitCode = problems === 0 ? 0 : 1;

function packed(stdout: string): { name: string; filename: string }[] {
  const value: unknown = JSON.parse(stdout.slice(stdout.search(/[[{]/)));
  return (Array.isArray(value) ? value : [value]) as { name: string; filename: string }[];
}
