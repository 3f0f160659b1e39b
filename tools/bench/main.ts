// Measures the bars of the design, as ratios whose two sides come from the same run:
//
//   npm run bench -- [--only NAME]... [--against FOLDER] [--write]
import { readFile, writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';

import { documentOf } from './document.ts';
import { fanOut, memory, processorTime } from './fan-out.ts';
import { firstRequest } from './first-request.ts';
import { idle } from './idle.ts';
import { rotation } from './rotation.ts';
import { renderRows, type Row, skippedRow } from './row.ts';
import { sideBySide } from './side-by-side.ts';
import { startUp } from './start-up.ts';
import { stores } from './stores.ts';
import { weight } from './weight.ts';

const cli = fileURLToPath(new URL('../../packages/cli', import.meta.url));
const bin = `${cli}/bin/keyturn.js`;
const page = new URL('../../docs/benchmarks.md', import.meta.url);
const notes = new URL('notes.md', import.meta.url);

const { values } = parseArgs({
  options: {
    only: { type: 'string', multiple: true },
    against: { type: 'string' },
    write: { type: 'boolean' },
  },
});

const parts: Readonly<Record<string, () => Promise<Row[]>>> = {
  'start-up': () => startUp(bin),
  'first-request': () => firstRequest(bin),
  rotation: () => rotation(bin),
  'side-by-side': () => sideBySide(bin),
  'fan-out': () => fanOut(bin),
  'processor-time': () => processorTime(bin, values.against),
  memory: () => memory(bin),
  idle: () => idle(bin),
  stores,
  weight: () => weight(cli),
  fleet: async () => [
    skippedRow('workers of a fleet, and kills', 'npm run fleet-campaign does that'),
  ],
};

const names = values.only ?? Object.keys(parts);
const rows: Row[] = [];
for (const name of names) {
  const part = parts[name];
  if (part === undefined)
    throw new Error(`no part ${name}; there are ${Object.keys(parts).join(', ')}`);
  rows.push(...(await part()));
}
process.stdout.write(`${renderRows(rows)}\n`);
if (values.write === true) await writeFile(page, documentOf(rows, await readFile(notes, 'utf8')));
process.exitCode = rows.some(({ met }) => met === false) ? 1 : 0;
