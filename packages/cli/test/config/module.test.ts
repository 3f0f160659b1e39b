import { execFile } from 'node:child_process';
import path from 'node:path';
import { promisify } from 'node:util';

import { describe, expect, it } from 'vitest';

import { temporaryFolder } from '../../../host/test/temporary-folder.ts';

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

/** What `npm init` writes now, what it wrote before, and what makes a folder one of ES modules. */
const MANIFESTS = {
  commonjs: '{ "type": "commonjs" }',
  none: '{}',
  module: '{ "type": "module" }',
};
const EXPORTS: Readonly<Record<string, string>> = {
  'export default in keyturn.config.js': `export default ${CONFIG};`,
  'export default in keyturn.config.ts': `interface A { b: 1 }\nexport default ${CONFIG};`,
  'module.exports in keyturn.config.js': `module.exports = ${CONFIG};`,
  'module.exports in keyturn.config.ts': `const a: object = ${CONFIG};\nmodule.exports = a;`,
  'imports in keyturn.config.ts': `import sinks from './sinks.ts';\nimport { grace } from './more.js';\nexport default { ...${CONFIG}, rotations: { ci: { sinks, grace } } };`,
  'require of both in keyturn.config.js': `const { grace } = require('./more.js');\nconst { default: sinks } = require('./sinks.ts');\nmodule.exports = { ...${CONFIG}, rotations: { ci: { sinks, grace } } };`,
  'await at the top in keyturn.config.ts': `const config = await Promise.resolve(${CONFIG});\nexport default config;`,
  'compiled by TypeScript in keyturn.config.js': `"use strict";\nObject.defineProperty(exports, "__esModule", { value: true });\nexports.default = ${CONFIG};`,
  'compiled twice in keyturn.config.js': `exports.__esModule = true;\nexports.default = { __esModule: true, default: ${CONFIG} };`,
  'compiled, with a function in keyturn.config.js': `exports.__esModule = true;\nexports.default = async () => (${CONFIG});`,
  'a namespace in keyturn.config.mjs': `export default { default: ${CONFIG} };`,
};
const isCommon = (what: string): boolean =>
  /module\.exports|exports\.default/.test(EXPORTS[what] ?? '');
const CASES = Object.keys(MANIFESTS).flatMap((type) =>
  Object.keys(EXPORTS)
    .filter((what) => type !== 'module' || !isCommon(what))
    .map((what) => [what, type as keyof typeof MANIFESTS] as const),
);

describe('a configuration in code is what it contains', () => {
  it.each(CASES)('%s, in a folder of type %s', async (what, type) => {
    const name = what.split(' ').at(-1) ?? '';
    const folder = await temporaryFolder({
      [name]: EXPORTS[what] ?? '',
      'package.json': MANIFESTS[type],
      'sinks.ts': "const sinks: string[] = ['env:.env'];\nexport default sinks;",
      'more.js': "export const grace = '1h';",
    });
    expect(await inNode(LOAD, path.join(folder, name))).toMatchObject(LOADED);
  });

  it('may have a word of the other kind in its text', async () => {
    const text = `// export default nothing\nmodule.exports = { ...${CONFIG}, 'x-note': \`\nexport default 1\` };`;
    const { result } = await load('keyturn.config.js', text);
    expect(result).toMatchObject(LOADED);
  });

  it('says what an ES module lacks', async () => {
    const text = `const path = require('node:path');\nexport default ${CONFIG};`;
    const { file, result } = await load('keyturn.config.mjs', text);
    expect(result).toEqual({
      code: 'CONFIG_INVALID',
      message: `${file}:1:14: require is not defined: the file is an ES module`,
      hint: expect.stringContaining('import'),
    });
  });
});

/** The clock runs as fast as it can. */
const LOAD_LATE = LOAD.replace(
  'process.argv[1])',
  'process.argv[1], { now: () => 0, sleep: () => new Promise((resolve) => setImmediate(resolve)) })',
);

describe('code that does not end', () => {
  it.each([
    ['await.mjs', 'await new Promise(() => {});\nexport default {};'],
    ['promise.mjs', 'export default new Promise(() => {});'],
    ['function.mjs', 'export default () => new Promise(() => {});'],
  ])('is refused after a while: %s', async (name, text) => {
    const folder = await temporaryFolder({ [name]: text });
    const file = path.join(folder, name);
    expect(await inNode(LOAD_LATE, file)).toEqual({
      code: 'CONFIG_INVALID',
      message: `${file}: the code did not finish within 30s`,
      hint: expect.stringContaining('never settles'),
    });
  });
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
