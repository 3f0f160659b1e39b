import { readdirSync, readFileSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';

import { managers } from './managers.ts';
import type { Place } from './world.ts';

const root = dirname(dirname(import.meta.dirname));
const compiler = join(root, 'node_modules/@typescript/native/bin/tsc');

/** How a program of a user is compiled. CommonJS can import ES modules since `nodenext`. */
const resolutions = {
  'node16, ESM': { module: 'node16', moduleResolution: 'node16', file: 'use.mts' },
  'nodenext, ESM': { module: 'nodenext', moduleResolution: 'nodenext', file: 'use.mts' },
  'nodenext, CommonJS': { module: 'nodenext', moduleResolution: 'nodenext', file: 'use.cts' },
  bundler: { module: 'esnext', moduleResolution: 'bundler', file: 'use.ts' },
} as const;

/** Everything with types that a user can import. */
const IMPORTS = readdirSync(join(root, 'packages')).flatMap((folder) => {
  const file = join(root, 'packages', folder, 'package.json');
  const { name, exports } = JSON.parse(readFileSync(file, 'utf8')) as {
    name: string;
    exports: Readonly<Record<string, string | object>>;
  };
  return Object.entries(exports)
    .filter(([, target]) => typeof target === 'object')
    .map(([path]) => name + path.slice(1));
});

const PROGRAM = `${IMPORTS.map((name, index) => `import * as p${index} from '${name}';`).join('\n')}
import { defineConfig } from 'keyturn';
import { defineSink, KeyturnError, type SinkAdapter } from '@keyturn/core';
import { githubSink } from '@keyturn/sink-github';

export const all = [${IMPORTS.map((_, index) => `p${index}`).join(', ')}];
export const sink: SinkAdapter = githubSink;
export const define: typeof defineSink = defineSink;
export const failed = (error: unknown): string => (error instanceof KeyturnError ? error.code : '');
export const config = defineConfig({
  issuer: { kind: 'planetscale', org: 'acme' },
  rotations: { ci: { grace: '1h', sinks: ['github:acme/web'] } },
});
// @ts-expect-error: types that resolve to nothing would take anything
defineConfig({ rotations: 7 });
`;

/** Compiles a program that imports all of our packages, with their declarations checked, too. */
export async function typed(place: Place): Promise<string[]> {
  const [npm] = managers;
  if (npm === undefined) return [];
  const names = IMPORTS.map((name) => name.split('/').slice(0, 2).join('/'));
  const packages = names.map((name) => (name.startsWith('@') ? name : (name.split('/')[0] ?? '')));
  await place.run(npm.add([...new Set(packages), '@types/node@24']));
  for (const file of ['use.ts', 'use.mts', 'use.cts'])
    await writeFile(join(place.folder, file), PROGRAM);
  const failed: string[] = [];
  for (const [name, { module, moduleResolution, file }] of Object.entries(resolutions)) {
    const options = ['--module', module, '--moduleResolution', moduleResolution];
    const checks = ['--noEmit', '--strict', '--skipLibCheck', 'false', '--target', 'es2023'];
    await place
      .run(['node', compiler, '--ignoreConfig', ...checks, ...options, '--types', 'node', file])
      .catch((error: Error) => failed.push(`${name}: ${error.message}`));
  }
  return failed;
}
