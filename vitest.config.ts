import { availableParallelism } from 'node:os';
import { fileURLToPath } from 'node:url';

import { defineConfig } from 'vitest/config';

// The source condition lets tests run on TypeScript sources: no build is needed before them.
// Not `module`: a file for bundlers may not even resolve in Node.
const conditions = ['@keyturn/source', 'node', 'development|production'];

export default defineConfig({
  resolve: { conditions },
  ssr: { resolve: { conditions, externalConditions: conditions } },
  test: {
    include: ['test/**/*.test.ts'],
    restoreMocks: true,
    // Nothing is shared between files but modules and what the setup clears: loading those once per worker instead of once per file halves the time.
    isolate: false,
    setupFiles: [fileURLToPath(new URL('vitest.setup.ts', import.meta.url))],
    // Ends a test that hangs, not one that waits for a busy machine.
    testTimeout: 60_000,
    // Most of the time a test waits for a program that it started: one worker less than there are processors leaves one idle.
    maxWorkers: availableParallelism(),
  },
});
