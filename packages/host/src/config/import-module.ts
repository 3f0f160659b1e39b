import { readFileSync } from 'node:fs';
import { registerHooks, type LoadHookSync } from 'node:module';
import { fileURLToPath, pathToFileURL } from 'node:url';

/** At the start of a line: what only an ES module has, and what only CommonJS has. */
const ES_MODULE =
  /^[ \t]*(?:import\b\s*[\w{*'"]|export\b\s*(?:default|const|let|var|function|class|async|type|interface|enum|[{*]))/m;
const COMMON_JS =
  /^[ \t]*(?:module\.exports\b|exports\.\w+\s*=|Object\.defineProperty\(exports\b)/m;

/** How deep a default export may be wrapped by compilers. */
const MOST_WRAPPED = 3;

/**
 * Imports a module of the user, and the modules that it imports, and returns its default export.
 *
 * Files named `.js` and `.ts` with `import` or `export` are ES modules, whatever `type` says in the nearest `package.json`:
 * `npm init` writes `"type": "commonjs"`, and Node then refuses `export default`.
 */
export async function importDefault(file: string): Promise<unknown> {
  const hooks = registerHooks({ load });
  try {
    return unwrapped(await import(/* @vite-ignore */ pathToFileURL(file).href));
  } finally {
    hooks.deregister();
  }
}

const load: LoadHookSync = (url, context, next) => {
  if (!/^file:.*\.[jt]s$/.test(url) || url.includes('/node_modules/')) return next(url, context);
  const source = readFileSync(fileURLToPath(url), 'utf8');
  if (COMMON_JS.test(source) || !ES_MODULE.test(source)) return next(url, context);
  const format = url.endsWith('.ts') ? 'module-typescript' : 'module';
  return { format, source, shortCircuit: true };
};

/**
 * The default export. A compiled ES module is an object with `default`, which Node takes for the default export; compilers
 * that import such a module may wrap it once more.
 */
function unwrapped(module: unknown): unknown {
  let value = (module as { default?: unknown }).default;
  for (let depth = 0; depth < MOST_WRAPPED && isWrapper(value); depth++) value = value.default;
  return value;
}

function isWrapper(value: unknown): value is { readonly default: unknown } {
  if (typeof value !== 'object' || value === null || !('default' in value)) return false;
  const keys = Object.keys(value).filter((key) => key !== 'default' && key !== '__esModule');
  return '__esModule' in value || keys.length === 0;
}
