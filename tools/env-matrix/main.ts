// Changes env files as people have them, and compares what real programs read before and after:
//
//   npm run env-matrix                        every file × every reader; installs the pinned programs
//   npm run env-matrix -- --only PATTERN      the files that fit, with what was written
//   npm run env-matrix -- --every 2           every second file, as in CI
import { parseArgs } from 'node:util';

import { allFiles } from '../../packages/sink-env/test/matrix/files/all.ts';
import { measure } from '../../packages/sink-env/test/matrix/measure.ts';
import { installPrograms } from '../programs.ts';
import { print } from './print.ts';
import { openReaders } from './readers/all.ts';

const { values } = parseArgs({
  options: { only: { type: 'string', default: '' }, every: { type: 'string', default: '1' } },
});
const pattern = new RegExp(values.only);
const started = performance.now();

// The readers that need them are skipped then.
if (!installPrograms(new URL('programs/', import.meta.url)))
  process.stdout.write('npm ci failed in tools/env-matrix/programs\n');
const readers = await openReaders();
try {
  const chosen = allFiles
    .filter(({ what, format }) => pattern.test(`${format}: ${what}`))
    .filter((_, index) => index % Number(values.every) === 0);
  const rows = await measure(chosen, readers);
  const worse = print(rows, readers, { isLong: values.only !== '' });
  const seconds = ((performance.now() - started) / 1000).toFixed(0);
  process.stdout.write(`in ${seconds} s\n`);
  process.exitCode = worse === 0 && rows.length > 0 ? 0 : 1;
} finally {
  for (const reader of readers) if ('close' in reader) await reader.close?.();
}
