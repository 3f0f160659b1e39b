// Packs every package as it would be published and lets publint judge the tarball: `node tools/check-tarballs.ts`.
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { publint } from 'publint';
import { formatMessage } from 'publint/utils';

import { packAll } from './pack.ts';

const folder = await mkdtemp(join(tmpdir(), 'keyturn-tarballs-'));
let problems = 0;
try {
  for (const { name, filename } of await packAll(folder)) {
    const tarball = await readFile(filename);
    const { messages, pkg } = await publint({ pack: { tarball: tarball.buffer }, strict: true });
    for (const message of messages) {
      problems++;
      process.stdout.write(`${name}: ${formatMessage(message, pkg ?? {}, { color: false })}\n`);
    }
  }
} finally {
  await rm(folder, { recursive: true, force: true });
}
process.exitCode = problems === 0 ? 0 : 1;
