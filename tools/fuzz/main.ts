// Feeds every parser of what comes from outside with texts and data that are somewhat like what it expects.
//
//   npm run fuzz -- --inputs 50000 [--parser NAME] [--seed N]     so many inputs for each parser
//   npm run fuzz -- --parser NAME --seed N --at I                 one input again
import { parseArgs } from 'node:util';
import { Worker } from 'node:worker_threads';

import { parsers } from './parsers/all.ts';
import type { Done, Work } from './worker.ts';

/** One input that takes longer hangs: none takes a tenth of it. */
const LONGEST = 20_000;
const AT_ONCE = 2;

const { values } = parseArgs({
  options: {
    inputs: { type: 'string', default: '20000' },
    parser: { type: 'string' },
    seed: { type: 'string', default: String(Date.now() % 1_000_000) },
    at: { type: 'string' },
  },
});
const seed = Number(values.seed);
const from = Number(values.at ?? 0);
const to = values.at === undefined ? Number(values.inputs) : from + 1;
const chosen = parsers
  .map(({ name }) => name)
  .filter((name) => values.parser === undefined || name === values.parser);
const started = performance.now();
process.stdout.write(`seed ${seed}\n`);

const results = await Promise.all(
  Array.from({ length: AT_ONCE }, (_, i) => feed(chosen.filter((_name, j) => j % AT_ONCE === i))),
);
const isRight = chosen.length > 0 && results.every(Boolean);
const seconds = ((performance.now() - started) / 1000).toFixed(0);
process.stdout.write(
  `${chosen.length} parsers, ${chosen.length * (to - from)} inputs, in ${seconds} s: ${isRight ? 'no crash, no hang' : 'failed'}\n`,
);
process.exitCode = isRight ? 0 : 1;

/** Lets a worker feed some parsers; it is ended where its input does not change for a while. Whether all went well. */
function feed(names: readonly string[]): Promise<boolean> {
  const progress = new SharedArrayBuffer(8);
  const current = new Int32Array(progress);
  const work: Work = { parsers: names, seed, from, to, progress };
  const worker = new Worker(new URL('worker.ts', import.meta.url), { workerData: work });
  let isFine = true;
  return new Promise((resolve, reject) => {
    let last = '';
    const watch = setInterval(() => {
      const now = current.join();
      const [parser = 0, at = 0] = current;
      if (now === last) {
        isFine = false;
        process.stdout.write(`${names[parser]}: does not end: ${again(names[parser] ?? '', at)}\n`);
        void worker.terminate();
      }
      last = now;
    }, LONGEST);
    worker.on('message', (done: Done) => {
      tell(done);
      isFine &&= done.failures.length === 0;
    });
    worker.on('error', reject);
    worker.on('exit', () => {
      clearInterval(watch);
      resolve(isFine);
    });
  });
}

function again(parser: string, at: number): string {
  return `--parser '${parser}' --seed ${seed} --at ${at}`;
}

function tell({ parser, refused, took, slowest, slowestAt, failures }: Done): void {
  const share = ((100 * refused) / (to - from)).toFixed(0);
  const each = ((1000 * took) / (to - from)).toFixed(0);
  process.stdout.write(
    `${parser.padEnd(22)} ${share.padStart(3)} % refused, ${each.padStart(4)} µs each, slowest ${slowest.toFixed(0)} ms (${slowestAt})\n`,
  );
  for (const { at, input, error } of failures)
    process.stdout.write(
      `  ${again(parser, at)}\n    ${JSON.stringify(input.slice(0, 300))}\n    ${error.split('\n').slice(0, 4).join('\n    ')}\n`,
    );
}
