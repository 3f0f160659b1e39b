import { startSandbox, type Sandbox } from '@keyturn/sandbox';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { mistakes } from './rows.ts';
import { attempt } from '../inside.ts';

const ISSUER = 'issuer: { kind: planetscale, org: acme }\nrotations:\n';

// Adapters are loaded from their sources here, and nothing that anybody tries changes the world.
describe('what people get wrong', () => {
  let sandbox: Sandbox;
  let before = '';
  const world = (): string =>
    JSON.stringify(sandbox.state()).replaceAll(/"lastUsedAt":(?:"[^"]*"|null)/g, '');

  beforeAll(async () => {
    sandbox = await startSandbox();
    before = world();
  });
  afterAll(() => sandbox.close());

  it('is a table of at least forty', () => {
    expect(new Set(mistakes.map(({ what }) => what)).size).toBeGreaterThanOrEqual(40);
  });

  it.each(mistakes)(
    '$what: $code, exit $exit',
    async ({ line, rotations, files = {}, env, code, exit, message, hint }) => {
      const config =
        rotations === undefined ? {} : { 'keyturn.config.yaml': `${ISSUER}  ${rotations}\n` };
      const told = await attempt(
        { line, files: { ...config, ...files }, ...(env && { env }) },
        sandbox,
      );
      expect(told).toMatchObject({ code, exit });
      expect(told.message).toMatch(message);
      expect(told.hint).toMatch(hint);
      // One line each, without a secret and without the code of the program.
      expect(`${told.message}\n${told.hint}`.split('\n')).toHaveLength(2);
      expect(told.stdout + told.stderr).not.toMatch(/wrongwrong|u:pw|\n\s+at |node:internal/);
      expect(world()).toBe(before);
    },
  );
});
