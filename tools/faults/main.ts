// Lets every fault happen to every request of every adapter, and checks what comes of it.
//
//   node --conditions=@keyturn/source tools/faults/main.ts            all of it, and writes docs/fault-matrix.md
//   node --conditions=@keyturn/source tools/faults/main.ts --short    one place of each kind, every second fault
//   node --conditions=@keyturn/source tools/faults/main.ts --once     each fault happens to one try alone; only the rules are checked
//   node --conditions=@keyturn/source tools/faults/main.ts --only PATTERN   the requests that fit, for a closer look
import { readFile, writeFile } from 'node:fs/promises';
import { parseArgs } from 'node:util';

import { cell } from './cell.ts';
import { shownByTheCommandLine } from './command-line.ts';
import { expected } from './expected.ts';
import { faults } from './fault.ts';
import { Place } from './place.ts';
import { render } from './render.ts';
import { rows } from './rows/all.ts';

const WORKERS = 3;
const file = new URL('../../docs/fault-matrix.md', import.meta.url);

const { values } = parseArgs({
  options: {
    short: { type: 'boolean', default: false },
    once: { type: 'boolean', default: false },
    check: { type: 'boolean', default: false },
    only: { type: 'string' },
  },
});
const pattern = new RegExp(values.only ?? '');
const chosen = rows.filter(
  ({ provider, request, short }) =>
    pattern.test(`${provider} ${request}`) && (!values.short || short === true),
);

if (values.check) {
  const isUpToDate = (await readFile(file, 'utf8').catch(() => '')) === render();
  if (!isUpToDate) {
    process.stderr.write('docs/fault-matrix.md is not up to date: npm run faults\n');
    process.exitCode = 1;
  }
} else {
  const wrong = await run();
  if (wrong === 0 && !values.once && chosen.length === rows.length) await writeFile(file, render());
  process.exitCode = wrong === 0 ? 0 : 1;
}

/** Returns the number of cells that are not as they should be, and tells of each. */
async function run(): Promise<number> {
  const started = performance.now();
  // There is an odd number of faults: of two places, one meets those that the other does not.
  const cells = chosen
    .flatMap((row) => faults.map((fault) => ({ row, fault })))
    .filter((_, index) => !values.short || index % 2 === 0);
  const queue = cells.values();
  let wrong = 0;
  let rotated = 0;
  const work = async (): Promise<void> => {
    const place = await Place.open();
    for (const { row, fault } of queue) {
      const { result, broken } = await cell(place, row, fault, values.once ? 1 : Infinity);
      if (result === 'rotated') rotated++;
      const { result: right, breaks } = expected(row, fault);
      const wanted = values.once ? result : right;
      const problems = broken.filter((what) => breaks?.test(what) !== true);
      if (result === wanted && problems.length === 0) continue;
      wrong++;
      const is = result === wanted ? '' : `: ${result}, and not ${wanted}`;
      process.stdout.write(`${row.provider} ${row.request}, ${fault.name}${is}\n`);
      for (const problem of new Set(problems)) process.stdout.write(`  ${problem}\n`);
    }
    await place.close();
  };
  await Promise.all(Array.from({ length: WORKERS }, work));
  const shown =
    values.only === undefined ? await shownByTheCommandLine(values.short ? 1 : undefined) : [];
  for (const line of shown) process.stdout.write(`keyturn rotate --debug, ${line}\n`);
  const seconds = ((performance.now() - started) / 1000).toFixed(0);
  process.stdout.write(
    `${chosen.length} requests × ${faults.length} faults: ${cells.length - wrong} as they should be, ${wrong} not, in ${seconds} s; ${rotated} runs rotated all the same\n`,
  );
  return wrong + shown.length;
}
