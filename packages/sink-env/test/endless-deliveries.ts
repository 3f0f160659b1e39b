import { Secret } from '@keyturn/core';

import envSink from '../src/index.ts';

// Delivers one pair after the other until it is killed, and writes a dot for each.
const [directory = ''] = process.argv.slice(2);
const sink = await envSink.open('env:.env', {
  env: { PATH: process.env['PATH'] },
  fetch: () => Promise.reject(new Error('an env file needs no network')),
  clock: { now: () => Date.now(), sleep: () => Promise.resolve() },
  random: () => 0.5,
  directory,
  allow: new Set(),
});
for (let round = 1; round < 1000; round++) {
  const entries = [
    { name: 'ID', value: `${round}` },
    { name: 'TOKEN', value: new Secret(`secret-of-${round}`) },
  ];
  await sink.deliver(entries, { signal: new AbortController().signal });
  process.stdout.write('.');
}
