import { existsSync, globSync, readFileSync } from 'node:fs';
import { dirname, resolve } from 'node:path';

import { defineConfig, type Options } from 'tsup';

type Plugin = NonNullable<Options['esbuildPlugins']>[number];

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

/** What a rotation loads in any case: one file of a package, since Node takes longer to find and link a file than to run it. */
const ALWAYS = [
  'src/main.ts',
  'src/entries/session.ts',
  'src/entries/status.ts',
  'src/entries/text.ts',
  'src/index.ts',
  'src/ledger/index.ts',
  'src/unstable.ts',
].filter((file) => existsSync(file));

/**
 * Puts what a rotation loads in any case into one file. The bundler makes a file of each set of modules that the same entries need, and
 * every part that is loaded later is an entry: so each of these imports all of it, which is loaded by then.
 */
function together(): Plugin {
  const isLater = new Set(
    globSync('src/**/*.ts').flatMap((file) =>
      [...readFileSync(file, 'utf8').matchAll(/import\('(\.[^']+)'\)/g)].map(([, path = '']) =>
        resolve(dirname(file), path),
      ),
    ),
  );
  for (const entry of entries) isLater.add(resolve(entry));
  const imports = ALWAYS.map((file) => `import ${JSON.stringify(resolve(file))};`).join('\n');
  return {
    name: 'together',
    setup: (build) => {
      build.onLoad({ filter: /\.ts$/ }, ({ path }) =>
        isLater.has(path)
          ? { contents: `${readFileSync(path, 'utf8')}\n${imports}`, loader: 'ts' }
          : undefined,
      );
    },
  };
}

/** What a run rarely needs, and what is taken of it: it is loaded with its first use. */
const LATE: Readonly<Record<string, readonly string[]>> = {
  'node:child_process': ['execFile', 'spawn', 'spawnSync'],
};

/**
 * Takes what Node brings as it is. An import reads every export of it, which loads streams for `node:fs`, Web Crypto for `node:crypto`
 * and a whole fetch for `node:http`.
 */
const builtins: Plugin = {
  name: 'builtins',
  setup: (build) => {
    build.onResolve({ filter: /^node:/ }, ({ path, kind }) =>
      kind === 'import-statement' ? { path, namespace: 'builtin', sideEffects: false } : undefined,
    );
    build.onLoad({ filter: /.*/, namespace: 'builtin' }, ({ path }) => ({
      contents: (LATE[path] === undefined ? atOnce : late)(path),
    }));
  },
};

function taken(path: string): string {
  return `process.getBuiltinModule(${JSON.stringify(path)})`;
}

/** Each export by itself, so that the bundler keeps those that are used. */
function atOnce(path: string): string {
  const names = Object.keys(process.getBuiltinModule(path) as object);
  return [
    `const all = ${taken(path)};`,
    'export default all;',
    ...names.map((name) => `export const ${name} = /* @__PURE__ */ (() => all.${name})();`),
  ].join('\n');
}

function late(path: string): string {
  const names = LATE[path]?.map((name) => `get ${name}() { return ${taken(path)}.${name}; }`);
  return `module.exports = { ${names?.join(', ') ?? ''} };`;
}

export default defineConfig({
  entry: entries,
  format: ['esm'],
  target: 'node22',
  platform: 'node',
  dts: false,
  clean: true,
  sourcemap: false,
  splitting: true,
  removeNodeProtocol: false,
  esbuildPlugins: [together(), builtins],
  esbuildOptions: (options) => {
    // The bundler counts an import that `together` adds, though it then leaves it out.
    options.logOverride = { 'ignored-bare-import': 'silent' };
    // yaml's entry for Node is CommonJS, which cannot be bundled into an ES module; the one for browsers can.
    options.alias = { yaml: './node_modules/yaml/browser/index.js' };
  },
});
