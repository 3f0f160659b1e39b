// The last step of the program's build: its help as a file, since loading commander for it takes longer than Node itself, and its
// page for man. Run in the folder of the program: node --conditions=@keyturn/source ../../tools/manual/build.ts
import { execFileSync } from 'node:child_process';
import { mkdir, writeFile } from 'node:fs/promises';

import { readManual } from './manual.ts';
import { toRoff } from './roff.ts';

// What the built program itself prints, with an option before it so that it does not look for this file.
const help = execFileSync(process.execPath, ['bin/keyturn.js', '--quiet', '--help']);
await writeFile('dist/help.txt', help);
await mkdir('dist/man', { recursive: true });
await writeFile('dist/man/keyturn.1', toRoff(await readManual()));
