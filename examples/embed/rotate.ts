// Does what is due, and says how each rotation stands: node rotate.ts [FOLDER]
import process from 'node:process';

import { openHost } from '@keyturn/host';

const interrupt = new AbortController();
process.once('SIGTERM', () => interrupt.abort());

const host = await openHost({
  directory: process.argv[2] ?? import.meta.dirname,
  env: process.env,
  owner: 'nightly',
  signal: interrupt.signal,
  warn: (line) => process.stderr.write(`${line}\n`),
});
try {
  for (const { name, outcome, error } of await host.run()) {
    process.stdout.write(`${name}: ${outcome} ${error?.message ?? ''}\n`);
    if (error !== undefined) process.exitCode = 1;
  }
  for (const { name, status } of await host.status())
    process.stdout.write(`${name}: due at ${status?.nextDueAt ?? 'an unknown time'}\n`);
} finally {
  await host.close();
}
