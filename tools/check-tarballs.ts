// Packs every package as it would be published, and checks each tarball: what it contains, and whether it can be used (publint).
//
//   node tools/check-tarballs.ts          one line for each problem
//   node tools/check-tarballs.ts --list   also what each of them contains
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { packAll } from './pack.ts';
import { readTarballs, tarballProblems } from './publish/check.ts';

const folder = await mkdtemp(join(tmpdir(), 'keyturn-tarballs-'));
try {
  const packed = await readTarballs(await packAll(folder));
  if (process.argv.includes('--list'))
    for (const { name, files } of packed)
      for (const [path, { length }] of files)
        process.stdout.write(`${name} ${path} ${length} bytes\n`);
  const problems = await tarballProblems(packed);
  for (const problem of problems) process.stdout.write(`${problem}\n`);
  process.exitCode = problems.length === 0 ? 0 : 1;
} finally {
  await rm(folder, { recursive: true, force: true });
}
