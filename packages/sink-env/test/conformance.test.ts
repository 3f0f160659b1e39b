import {
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
import envSink from '../src/index.ts';
import { sourced } from './shell.ts';

const readers: Readonly<Record<string, (path: string, name: string) => string | undefined>> = {
  dotenv: (path, name) => parseEnv(readFileSync(path, 'utf8'))[name],
  docker: (path, name) =>
    readFileSync(path, 'utf8')
      .split('\n')
      .findLast((line) => line.startsWith(`${name}=`))
      ?.slice(name.length + 1),
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
  const sink = await envSink.open(`env:.env?format=${format}`, contextFor(folder));
  return {
    sink,
    names,
    stored: (name) => read(path, name),
    neighbours: () => [
      readdirSync(folder),
      readFileSync(join(folder, 'other.txt'), 'utf8'),
      readFileSync(path, 'utf8').startsWith(neighbour),
      read(path, 'NEIGHBOUR'),
    ],
    metadata: () => statSync(path).mode,
    async foreignWrite(name, value) {
      const later = statSync(path).mtimeMs / 1000 + 1;
      const text = readFileSync(path, 'utf8');
      writeFileSync(path, text.replace(new RegExp(`(${name}=).*`), `$1'${value}'`));
      utimesSync(path, later, later);
    },
    close: () => rmSync(folder, { recursive: true, force: true }),
  };
}
