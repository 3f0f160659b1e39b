import { createInterface } from 'node:readline';

import { type AdapterContext, KeyturnError, systemClock, systemRandom } from '@keyturn/core';
import { chain, type Lock } from '@keyturn/core/ledger';

import { parseLocation } from '../src/location.ts';
import { createS3Store } from '../src/s3-store.ts';

// One process of the tests: it obeys lines of its standard input, and answers each by one line.
const [where = ''] = process.argv.slice(2);
const location = parseLocation(where);
if (typeof location === 'string') throw new Error(location);
const context: AdapterContext = {
  env: process.env,
  fetch: (url, init) => fetch(url, init),
  clock: systemClock,
  random: systemRandom,
  directory: '/',
  allow: new Set(),
};
const store = createS3Store({ location, context });
const options = { signal: new AbortController().signal };
let lock: Awaited<ReturnType<typeof store.lock>> | undefined;
let count = 0;

async function obey(line: string): Promise<string> {
  const [command, label = ''] = line.split(' ');
  try {
    if (command === 'lock') {
      lock = await store.lock('one', `child ${process.pid}`, options);
      return 'held';
    }
    if (command === 'release') {
      await lock?.release(options);
      return 'released';
    }
    const { records, revision } = await store.open('one', options);
    const name = `${label}${++count}`;
    const opening = { type: 'opened' as const, rotation: 'one', summary };
    const event = { type: 'started' as const, label: name, reason: 'forced' as const };
    const events = records.length === 0 ? [opening, event] : [event];
    const added = chain(revision, events, new Date(systemClock.now()).toISOString());
    await (lock as Lock | undefined)?.append(added, revision);
    return `appended ${name}`;
  } catch (error) {
    return KeyturnError.is(error) ? error.code : String(error);
  }
}

const summary = { tokens: [], sinks: [], attempts: [] };
process.stdout.write('ready\n');
for await (const line of createInterface(process.stdin)) {
  if (line === 'append for ever') for (;;) process.stdout.write(`${await obey('append x')}\n`);
  process.stdout.write(`${await obey(line)}\n`);
}
