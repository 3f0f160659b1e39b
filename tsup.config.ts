import { existsSync } from 'node:fs';

import { defineConfig } from 'tsup';

// Every package is built by this one file: the entries that it has, as ES modules for Node.
// Types come from `tsc -p tsconfig.build.json`, which is several times faster than tsup's own.
const entries = ['src/index.ts', 'src/testing/index.ts', 'src/main.ts'].filter((file) =>
  existsSync(file),
);

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
