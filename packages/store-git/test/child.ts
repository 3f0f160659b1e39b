import { createInterface } from 'node:readline';

import { KeyturnError, systemClock, systemRandom } from '@keyturn/core';
import { chain, EMPTY, type Lock } from '@keyturn/core/ledger';

import { createGitStore } from '../src/git-store.ts';
import { parseLocation } from '../src/location.ts';

// One process of the tests: it obeys lines of its standard input, and answers each by one line.
const [text = '', rotation = 'one'] = process.argv.slice(2);
const location = parseLocation(text);
if ('problem' in location) throw new Error(location.problem);
const store = createGitStore({
  location,
  directory: '/',
  env: { PATH: process.env['PATH'], TMPDIR: process.env['TMPDIR'] },
  clock: systemClock,
  random: systemRandom,
});
const o = { signal: new AbortController().signal };
let lock: Pick<Lock, 'append' | 'confirm' | 'release'> | undefined;
let end = EMPTY;
let count = 0;

async function obey(line: string): Promise<string> {
  const [command, label = ''] = line.split(' ');
  try {
    if (command === 'lock') {
      lock = await store.lock(rotation, `child ${process.pid}`, o);
      end = (await store.open(rotation, o)).revision;
      await lock.confirm(o);
      return 'held';
    }
    if (command === 'release') {
      await lock?.release(o);
      return 'released';
    }
    if (command === 'claim') return String(await store.claim(rotation, label, o));
    const event = { type: 'started' as const, label: `${label}${++count}`, reason: 'test' };
    const at = new Date(systemClock.now()).toISOString();
    end = (await lock?.append(chain(end, [event], at), end, { ...o, durable: 'now' })) ?? end;
    return `appended ${event.label}`;
  } catch (error) {
    return KeyturnError.is(error) ? error.code : String(error);
  }
}

process.stdout.write('ready\n');
for await (const line of createInterface(process.stdin)) {
  if (line === 'append for ever') for (;;) process.stdout.write(`${await obey('append x')}\n`);
  process.stdout.write(`${await obey(line)}\n`);
}
await store.close();
