import process from 'node:process';

import { afterAll, expect, test } from 'vitest';

import { reason, startServer, type Server } from './start.ts';

export { PASSWORD } from './start.ts';
export type { LocationOptions, Server } from './start.ts';

/** Why there is no server here, for the title of what is skipped. */
let missing = reason;

/** One server for all tests of a file. Started at once, because conformance kits look at a fixture before the first test. */
export async function useServer(
  settings: Readonly<Record<string, string>> = {},
  files: Readonly<Record<string, string>> = {},
): Promise<() => Server> {
  const server = missing === undefined ? await tryToStart(settings, files) : undefined;
  afterAll(() => server?.end(), 30_000);
  return () => {
    if (server === undefined) throw new Error(missing);
    return server;
  };
}

/** Registers tests that need a server, or one that is skipped and says why. */
export async function withServer(register: () => Promise<void>): Promise<void> {
  await (missing === undefined
    ? register()
    : test.skipIf(true)(`everything (skipped: ${missing})`, () => expect(missing).toBeUndefined()));
}

/** Some machines let no process change its user, or lack what the programs need. */
async function tryToStart(...parameters: Parameters<typeof startServer>) {
  try {
    return await startServer(...parameters);
  } catch (error) {
    missing = `PostgreSQL does not start here: ${String(error)}`;
    process.stderr.write(`${missing}\n`);
    return undefined;
  }
}
