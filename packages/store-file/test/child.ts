import { KeyturnError, systemClock } from '@keyturn/core';
import { chain, EMPTY, type Lock } from '@keyturn/core/ledger';
import { createInterface } from 'node:readline';

import { createFileStore } from '../src/file-store.ts';

// One process of the tests: it obeys lines of its standard input, and answers each by one line.
const [folder = '', lease = '120000'] = process.argv.slice(2);
const store = createFileStore({ folder, clock: systemClock, lease: Number(lease) });
let lock: Lock | undefined;
let count = 0;

async function obey(line: string): Promise<string> {
  const [command, label = ''] = line.split(' ');
  try {
    if (command === 'lock') {
      lock = await store.lock('one', `child ${process.pid}`);
      return 'held';
    }
    const { revision } = await store.open('one');
    const events = [{ type: 'started' as const, label: `${label}${++count}`, reason: 'test' }];
    await lock?.append(chain(revision === '0:' ? EMPTY : revision, events, at()), revision);
    return `appended ${label}${count}`;
  } catch (error) {
    return KeyturnError.is(error) ? error.code : String(error);
  }
}

function at(): string {
  return new Date(systemClock.now()).toISOString();
}

process.stdout.write('ready\n');
for await (const line of createInterface(process.stdin)) {
  if (line === 'append for ever') for (;;) process.stdout.write(`${await obey('append x')}\n`);
  process.stdout.write(`${await obey(line)}\n`);
}
