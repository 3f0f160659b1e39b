import { execFile } from 'node:child_process';
import path from 'node:path';
import { promisify } from 'node:util';

import { describe, expect, it } from 'vitest';

import { temporaryFolder } from './temporary-folder.ts';

const sourceOf = (name: string): string =>
  new URL(`../../../host/src/config/${name}`, import.meta.url).href;
const loading = sourceOf('load.ts');

/** Runs a script in a Node of its own, as users have it: the test runner loads modules in its own way. */
async function inNode(script: string, ...values: readonly string[]): Promise<unknown> {
  const options = ['--conditions=@keyturn/source', '--input-type=module', '--eval'];
  const { stdout } = await promisify(execFile)(process.execPath, [...options, script, ...values]);
  return JSON.parse(stdout);
}

const LOAD = `
  const { loadConfig } = await import(${JSON.stringify(loading)});
  const result = await loadConfig(process.argv[1]).catch(({ code, message, hint }) => ({ code, message, hint }));
  process.stdout.write(JSON.stringify(result));
`;

async function load(name: string, text: string): Promise<{ file: string; result: unknown }> {
  const folder = await temporaryFolder({ [name]: text });
  const file = path.join(folder, name);
  return { file, result: await inNode(LOAD, file) };
}

const CONFIG = `{ issuer: { kind: 'planetscale', org: 'acme' }, rotations: { ci: { sinks: ['env:.env'], grace: undefined } } }`;
const LOADED = {
  issuer: { kind: 'planetscale', options: { org: 'acme' } },
  rotations: [{ name: 'ci', grace: 3_600_000 }],
};

describe('a configuration in code', () => {
  it.each([
    [
      'keyturn.config.ts',
      `import { defineConfig } from ${JSON.stringify(sourceOf('define.ts'))};\nexport default defineConfig(${CONFIG});`,
    ],
    ['keyturn.config.mts', `const config: { issuer: object } = ${CONFIG};\nexport default config;`],
    ['keyturn.config.js', `module.exports = ${CONFIG};`],
    ['keyturn.config.mjs', `export default () => (${CONFIG});`],
    ['promise.mjs', `export default Promise.resolve(${CONFIG});`],
    ['asynchronous.mjs', `export default async () => (${CONFIG});`],
  ])('is read: %s', async (name, text) => {
    const { file, result } = await load(name, text);
    expect(result).toMatchObject({ ...LOADED, file, directory: path.dirname(file) });
  });

  it.each([
    [
      'syntax.ts',
      `export default { issuer: {}\n  rotations: {} };`,
      ":2: the file cannot be loaded: Expected ',', got 'ident'",
      'Correct the file',
    ],
    [
      'enum.ts',
      `enum A { x }\nexport default {};`,
      ':1: the file cannot be loaded: TypeScript enum is not supported',
      'Correct the file',
    ],
    [
      'syntax.mjs',
      `export default { a: 1,, };`,
      ": the file cannot be loaded: Unexpected token ','",
      'Correct the file',
    ],
    [
      'missing.ts',
      `import x from './nothing.ts';\nexport default x;`,
      ': the file cannot be loaded: Cannot find module',
      'Correct the file',
    ],
    [
      'cli.ts',
      `import { defineConfig } from '@keyturn/cli';\nexport default defineConfig({});`,
      ": the file cannot be loaded: Cannot find package '@keyturn/cli'",
      'npm install --save-dev @keyturn/cli',
    ],
    ['none.mjs', 'export const config = {};', ': the default export', 'export default'],
    [
      'key.mjs',
      `export default { issuer: { kind: 'a' }, rotations: { ci: { sinks: ['env:a'], maxAgee: 1 } } };`,
      ': rotations.ci.maxAgee: unknown',
      'Did you mean maxAge?',
    ],
    ['list.mjs', 'export default [];', ': must be a mapping', 'issuer'],
  ])('is refused in one line: %s', async (name, text, message, hint) => {
    const { file, result } = await load(name, text);
    expect(result).toMatchObject({
      code: 'CONFIG_INVALID',
      message: expect.stringContaining(`${file}${message}`),
      hint: expect.stringContaining(hint),
    });
    expect((result as Error).message).not.toMatch(/\n|\\u000a| at /);
  });

  it.each([
    ['error.mjs', `\nthrow new Error('hunter2');`, ':2:7: '],
    ['parse.mjs', `JSON.parse('hunter2');`, ':1:6: '],
    ['string.mjs', `throw 'hunter2';`, ': '],
    ['rejected.mjs', `export default () => Promise.reject(new Error('hunter2'));`, ':1:37: '],
  ])(
    'does not repeat what its own code throws, which may hold a secret: %s',
    async (name, text, message) => {
      const { file, result } = await load(name, text);
      expect(JSON.stringify(result)).not.toContain('hunter2');
      expect(result).toEqual({
        code: 'CONFIG_INVALID',
        message: expect.stringContaining(`${file}${message}`),
        hint: expect.stringContaining(`node ${file}`),
      });
    },
  );
});

describe('starting without a configuration', () => {
  it('loads no parser', async () => {
    const script = `
      import { registerHooks } from 'node:module';
      const urls = [];
      registerHooks({ resolve(specifier, context, next) { const found = next(specifier, context); urls.push(found.url); return found; } });
      await import(process.argv[1]);
      process.stdout.write(JSON.stringify(urls));
    `;
    const urls = (await inNode(script, loading)) as string[];
    expect(urls).toContain(loading);
    expect(
      urls.filter((url) => /node_modules|config\/(?:document|module|check|schema)\.ts/.test(url)),
    ).toEqual([]);
  });
});
