import { createInterface } from 'node:readline';

import { KeyturnError, Secret, systemClock } from '@keyturn/core';

import { fileOperations } from '../src/operations.ts';
import { createEnvSink } from '../src/sink.ts';

// One process of the tests: `stall` delivers once and waits for a line before it renames; a number delivers so often.
const [directory = '', name = '', how = ''] = process.argv.slice(2);
const lines = createInterface(process.stdin)[Symbol.asyncIterator]();
const say = (line: string): void => void process.stdout.write(`${line}\n`);

const rename: typeof fileOperations.rename = async (from, to) => {
  if (how === 'stall' && String(to).endsWith('.env')) {
    say('at the rename');
    await lines.next();
  }
  await fileOperations.rename(from, to);
};
const sink = await createEnvSink({ ...fileOperations, rename }).open('env:.env', {
  env: { PATH: process.env['PATH'] },
  fetch: () => Promise.reject(new Error('an env file needs no network')),
  clock: systemClock,
  random: () => 0.5,
  directory,
  allow: new Set(['tracked-file']),
});
say('ready');
await lines.next();
for (let round = 1; round <= (Number(how) || 1); round++) {
  try {
    const entries = [{ name, value: new Secret(`secret-${name}-${round}`) }];
    const { signal } = new AbortController();
    await sink.deliver(entries, { signal });
    const verdict = await sink.confirm(entries, {}, { signal });
    if (verdict !== 'same') say(`lost ${round}: ${verdict}`);
  } catch (error) {
    say(KeyturnError.is(error) ? `${error.code} ${error.message}` : String(error));
  }
}
say('done');
process.exit();
