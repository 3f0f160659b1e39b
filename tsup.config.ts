import { existsSync, readFileSync } from 'node:fs';

import { defineConfig } from 'tsup';

// Every package is built by this one file: the entries that its manifest exports, as ES modules for Node.
// Types come from `tsc -p tsconfig.build.json`, which is several times faster than tsup's own.
const manifest = JSON.parse(readFileSync('package.json', 'utf8')) as {
  readonly exports: Readonly<Record<string, string | Readonly<Record<string, string>>>>;
};
const entries = Object.values(manifest.exports).flatMap((one) =>
  typeof one === 'string' ? [] : (one['@keyturn/source'] ?? []),
);
// The program itself is run, not imported.
if (existsSync('src/main.ts')) entries.push('src/main.ts');

export default defineConfig({
  entry: entries,
  format: ['esm'],
  target: 'node22',
  platform: 'node',
  dts: false,
  clean: true,
  sourcemap: false,
  splitting: true,
  esbuildOptions: (options) => {
    // yaml's entry for Node is CommonJS, which cannot be bundled into an ES module; the one for browsers can.
    options.alias = { yaml: './node_modules/yaml/browser/index.js' };
  },
});
