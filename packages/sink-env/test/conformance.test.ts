import {
  chmodSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseEnv } from 'node:util';

import { runSinkConformance, type SinkFixture } from '@keyturn/core/testing';
import { test } from 'vitest';

import { contextFor } from './context.ts';
import type { FileOperations } from '../src/operations.ts';
import { thisMachine, UNKNOWN } from '../src/process.ts';
import { createEnvSink } from '../src/sink.ts';
import { holderName } from '../src/holder.ts';
import { readAsDocker } from './matrix/rules/docker.ts';
import { readAsSystemd } from './matrix/rules/systemd.ts';
import { hooked, osError } from './operations.ts';
import { sourced } from './shell.ts';

const RENAMED = 'rename .env';
/** Looks at what is not of the sink's own making; only the rename changes what others see. */
const SEEN_OUTSIDE = /^(?:rename \.env|(?:look at|list|measure) (?!draft|holder|new))/;

const readers: Readonly<Record<string, (path: string, name: string) => string | undefined>> = {
  dotenv: (path, name) => parseEnv(readFileSync(path, 'utf8'))[name],
  docker: (path, name) => readAsDocker(readFileSync(path))?.get(name),
  systemd: (path, name) => readAsSystemd(readFileSync(path, 'latin1'))?.get(name),
  shell: (path, name) =>
    readFileSync(path, 'utf8').includes(`export ${name}=`) ? sourced(path, name) : undefined,
};

for (const [format, read] of Object.entries(readers))
  await runSinkConformance(`env (${format})`, () => open(format, read), { test });

async function open(
  format: string,
  read: (path: string, name: string) => string | undefined,
): Promise<SinkFixture> {
  const folder = mkdtempSync(join(tmpdir(), 'keyturn-sink-env-'));
  const path = join(folder, '.env');
  const names = ['TOKEN_ID', 'TOKEN'] as const;
  const neighbour = format === 'shell' ? "export NEIGHBOUR='stays'\n" : 'NEIGHBOUR=stays\n';
  writeFileSync(path, neighbour, { mode: 0o640 });
  writeFileSync(join(folder, 'other.txt'), 'stays');
  const steps: string[] = [];
  let isLost = false;
  const real = hooked((step) => void steps.push(step));
  const rename: FileOperations['rename'] = async (from, to) => {
    await real.rename(from, to);
    if (!isLost || to !== path) return;
    isLost = false;
    throw osError('EIO');
  };
  const adapter = createEnvSink({ ...real, rename });
  // Whoever waits does so until it is interrupted.
  const sleep = (_: number, signal?: AbortSignal): Promise<void> =>
    new Promise((__, reject) => {
      if (signal?.aborted === true) reject(signal.reason as Error);
      signal?.addEventListener('abort', reject);
    });
  const context = contextFor(folder, { clock: { now: () => Date.now(), sleep } });
  const openAt = (name: string) => adapter.open(`env:${name}?format=${format}`, context);
  return {
    sink: await openAt('.env'),
    names,
    stored: (name) => read(path, name),
    neighbours: () => [
      readdirSync(folder),
      readFileSync(join(folder, 'other.txt'), 'utf8'),
      readFileSync(path, 'utf8').startsWith(neighbour),
      read(path, 'NEIGHBOUR'),
    ],
    metadata: () => statSync(path).mode,
    decorate: () => chmodSync(path, 0o604),
    async foreignWrite(name, value) {
      const later = statSync(path).mtimeMs / 1000 + 1;
      const text = readFileSync(path, 'utf8');
      writeFileSync(path, text.replace(new RegExp(`(${name}=).*`), `$1'${value}'`));
      utimesSync(path, later, later);
    },
    requests: () =>
      steps
        .filter((step) => SEEN_OUTSIDE.test(step))
        .map((step) => ({ route: step, changes: step === RENAMED })),
    elsewhere: () => openAt('other.env'),
    loseAnswer: () => (isLost = true),
    // Another process holds the file's lock, and stays.
    async stall() {
      const other = { ...(await thisMachine()), pid: process.ppid, start: UNKNOWN };
      const holder = holderName(other, '0123456789abcdef');
      mkdirSync(join(`${path}.keyturn-lock`, holder), { recursive: true });
    },
    close: () => rmSync(folder, { recursive: true, force: true }),
  };
}
