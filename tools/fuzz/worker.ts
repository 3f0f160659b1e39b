// Feeds some parsers, one after the other. The shared number says which input is being read, so that one that never ends can be named.
import { parentPort, workerData } from 'node:worker_threads';

import { KeyturnError } from '../../packages/core/src/index.ts';
import { seededRandom } from '../../packages/core/src/testing/index.ts';
import { mutator } from './mutate.ts';
import type { Parser } from './parser.ts';
import { parsers } from './parsers/all.ts';

/** What the worker is told. */
export interface Work {
  readonly parsers: readonly string[];
  readonly seed: number;
  readonly from: number;
  readonly to: number;
  /** Two numbers: which of the parsers, and which input. */
  readonly progress: SharedArrayBuffer;
}

/** What it tells after each parser. */
export interface Done {
  readonly parser: string;
  readonly refused: number;
  /** Milliseconds, of all inputs and of the slowest, and which that was. */
  readonly took: number;
  readonly slowest: number;
  readonly slowestAt: number;
  readonly failures: readonly Failure[];
}

interface Failure {
  readonly at: number;
  readonly input: string;
  readonly error: string;
}

const MOST_FAILURES = 5;

const work = workerData as Work;
const current = new Int32Array(work.progress);
const prototype = propertiesOfAll();
for (const [i, name] of work.parsers.entries()) {
  Atomics.store(current, 0, i);
  const parser = parsers.find((one) => one.name === name);
  if (parser === undefined) throw new Error(`there is no parser ${name}`);
  // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a worker thread has none
  parentPort?.postMessage(await feed(parser, work));
}

async function feed(parser: Parser, { seed, from, to }: Work): Promise<Done> {
  const began = performance.now();
  const failures: Failure[] = [];
  let [refused, slowest, slowestAt] = [0, 0, from];
  for (let at = from; at < to && failures.length < MOST_FAILURES; at++) {
    Atomics.store(current, 1, at);
    let input = '';
    const started = performance.now();
    const fail = (error: string): void => void failures.push({ at, input, error });
    try {
      await parser.run(mutator(seededRandom(seed * 1_000_003 + at)), (text) => (input = text));
    } catch (error) {
      if (KeyturnError.is(error)) refused++;
      else fail(error instanceof Error ? (error.stack ?? error.message) : String(error));
    }
    if (propertiesOfAll() !== prototype) fail('it changed Object.prototype');
    const took = performance.now() - started;
    if (took > slowest) [slowest, slowestAt] = [took, at];
  }
  const took = performance.now() - began;
  return { parser: parser.name, refused, took, slowest, slowestAt, failures };
}

function propertiesOfAll(): string {
  return Object.getOwnPropertyNames(Object.prototype).join();
}
