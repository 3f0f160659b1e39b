import process from 'node:process';
import { createInterface } from 'node:readline';

import { KeyturnError, systemClock } from '@keyturn/core';
import { chain, EMPTY, type Lock } from '@keyturn/core/ledger';

import { parseLocation } from '../../src/location.ts';
import { createPostgresStore } from '../../src/postgres-store.ts';

// One process of the tests: it obeys lines of its standard input, and answers each by one line.
const [text = ''] = process.argv.slice(2);
const parsed = parseLocation(text);
if ('problem' in parsed) throw new Error(parsed.problem);
const store = createPostgresStore({
  location: parsed.location,
  clock: systemClock,
  env: {},
  directory: '/',
});
const calm = { signal: new AbortController().signal };
let lock: Pick<Lock, 'append' | 'confirm' | 'release'> | undefined;
let count = 0;

async function obey(line: string): Promise<string> {
  const [command, label = ''] = line.split(' ');
  try {
    if (command === 'lock') {
      lock = await store.lock('one', `child ${process.pid}`, calm);
      return 'held';
    }
    if (command === 'confirm') {
      await lock?.confirm(calm);
      return 'confirmed';
    }
    if (command === 'release') {
      await lock?.release(calm);
      return 'released';
    }
    if (command === 'take') {
      const limit = { key: 'shared', points: 100, windowMs: 3_600_000 };
      let sum = 0;
      for (let points = 1; points > 0; sum += points)
        ({ points } = await store.take(limit, { needed: 2, wanted: 3 }, calm));
      return String(sum);
    }
    if (command === 'close') {
      await store.close();
      return 'closed';
    }
    const { revision } = await store.open('one', calm);
    const at = new Date(systemClock.now()).toISOString();
    const first = {
      type: 'opened',
      rotation: 'one',
      summary: { tokens: [], sinks: [], attempts: [] },
    } as const;
    const events = [
      ...(revision === EMPTY ? [first] : []),
      { type: 'started' as const, label: `${label}${++count}`, reason: 'test' },
    ];
    await lock?.append(chain(revision, events, at), revision, { ...calm, durable: 'now' });
    return `appended ${label}${count}`;
  } catch (error) {
    return KeyturnError.is(error) ? error.code : String(error);
  }
}

process.stdout.write('ready\n');
for await (const line of createInterface(process.stdin)) {
  if (line.startsWith('for ever'))
    for (;;) process.stdout.write(`${await obey(`append ${line.slice(9)}-`)}\n`);
  process.stdout.write(`${await obey(line)}\n`);
}
