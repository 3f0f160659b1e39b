import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

import { describe, expect, it } from 'vitest';

import { explore } from './explore.ts';
import { plants } from './plants.ts';
import { worlds } from './worlds.ts';

const planted = fileURLToPath(new URL('planted.ts', import.meta.url));
const run = promisify(execFile);

describe('every history of a small world', () => {
  it.each(Object.values(worlds))(
    'keeps the rules: $name',
    async ({ name, plan }) => {
      const { played, states, broken } = await explore(plan);
      // oxlint-disable-next-line no-console -- the figure is the point of the check
      console.log(`model: ${name}: ${played} runs, ${states} states`);
      expect(broken).toBeUndefined();
      expect(played).toBeGreaterThan(200);
    },
    3_600_000,
  );

  it.each(plants)(
    'is broken by code that $name',
    async ({ name }) => {
      const { stdout } = await run(process.execPath, [
        '--conditions=@keyturn/source',
        '--disable-warning=ExperimentalWarning',
        planted,
        name,
      ]);
      expect(stdout).toMatch(/^rule \d/);
    },
    600_000,
  );
});
