import { openStarter } from '../start.ts';
import { makeHistory } from './catalogue.ts';
import type { History } from './history.ts';
import { play } from './play.ts';
import { historyText } from './print.ts';
import { shrink, subset, type Shrunk } from './shrink.ts';

const WORKERS = 3;
const MOST_SHRUNK = 3;

export interface Wanted {
  readonly histories: number;
  readonly seed: number;
  /** The kinds of credentials. */
  readonly issuers: readonly string[];
  /** How many operations each has; ten to twenty if it is not said. */
  readonly operations?: number | undefined;
  /** Only these operations, counted from 1. */
  readonly only?: readonly number[] | undefined;
  /** How many histories may be played to make a failing one smaller. */
  readonly shrinking: number;
  /** Tell what came of every operation. */
  readonly verbose: boolean;
}

/** Plays histories side by side and prints what they found. Returns whether every rule held. */
export async function histories(wanted: Wanted, print: (text: string) => void): Promise<boolean> {
  const { start, close } = await openStarter();
  const started = performance.now();
  const queue = Array.from({ length: wanted.histories }, (_, number) => wanted.seed + number);
  // An interrupt lets the histories under way end, and tells what there is by then.
  process.once('SIGINT', () => (queue.length = 0));
  const failed: Shrunk[] = [];
  let failures = 0;
  let operations = 0;
  const ofKind = new Map<string, number>();
  let ended = 0;
  const worker = async (): Promise<void> => {
    for (let seed = queue.shift(); seed !== undefined; seed = queue.shift()) {
      const history = chosen(makeHistory(seed, wanted.issuers, wanted.operations), wanted.only);
      const played = await play(history, start);
      operations += history.operations.length;
      const { kind } = history.settings;
      ofKind.set(kind, (ofKind.get(kind) ?? 0) + 1);
      if (wanted.verbose) print(`${historyText(history)}\n${played.transcript.join('\n')}\n\n`);
      if (++ended % 20 === 0) print(`${ended} histories\n`);
      if (played.broken.length === 0) continue;
      failures++;
      print(`seed ${seed}: ${played.broken.join('; ')}\n`);
      if (failed.length >= MOST_SHRUNK) continue;
      const small = await shrink(history, played, start, wanted.shrinking);
      failed.push(small);
      print(failureText(small, wanted));
    }
  };
  try {
    await Promise.all(Array.from({ length: WORKERS }, worker));
  } finally {
    await close();
  }
  const seconds = ((performance.now() - started) / 1000).toFixed(0);
  print(
    `histories ${ended} (${[...ofKind].map(([kind, count]) => `${kind} ${count}`).join(', ')}), operations ${operations}, seeds from ${wanted.seed}, rules broken in ${failures}, seconds ${seconds}\n`,
  );
  return failures === 0;
}

function chosen(history: History, only: Wanted['only']): History {
  return only === undefined
    ? history
    : subset(
        history,
        only.map((number) => number - 1),
      );
}

function failureText({ history, played, left }: Shrunk, wanted: Wanted): string {
  const { operations, only, issuers } = wanted;
  const count = operations === undefined ? '' : ` --operations ${operations}`;
  const numbers = only === undefined ? left : left.map((number) => only[number - 1]);
  return [
    '',
    historyText(history),
    ...played.broken.map((line) => `broken: ${line}`),
    'what came:',
    ...played.transcript.map((line) => `  ${line}`),
    'ledger:',
    ...played.events.map((line) => `  ${line.slice(0, 600)}`),
    `again: npm run campaign -- --histories 1 --seed ${history.seed} --issuer ${issuers.join(',')}${count} --only ${numbers.join(',')}`,
    '',
    '',
  ].join('\n');
}
