import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';

import { controlOf } from '@keyturn/sandbox';

import type { Place } from '../keyturn.ts';

const PACKAGE = /^node_modules\/((?:@[^/]+\/)?[^/]+)\/package\.json$/;
const core = import.meta.resolve('@keyturn/core');

/** Writes files; packages among them become dependencies of the project, as only those are adapters. */
export async function write(
  folder: string,
  files: Readonly<Record<string, string>>,
): Promise<void> {
  const names = Object.keys(files).flatMap((name) => PACKAGE.exec(name)?.[1] ?? []);
  const manifest = join(folder, 'package.json');
  if (names.length > 0 && files['package.json'] === undefined) {
    const text = await readFile(manifest, 'utf8').catch(() => '{}');
    const { devDependencies } = JSON.parse(text) as { devDependencies?: object };
    const added = Object.fromEntries(names.map((name) => [name, '1.0.0']));
    await writeFile(
      manifest,
      JSON.stringify({ devDependencies: { ...devDependencies, ...added } }),
    );
  }
  for (const [name, text] of Object.entries(files)) {
    await mkdir(dirname(join(folder, name)), { recursive: true });
    await writeFile(join(folder, name), text);
  }
}

/** A module that leaves a file behind when it is run, with the rest of its code after that. */
export function planted(folder: string, mark: string, code = 'export default {};'): string {
  const file = pathToFileURL(join(folder, `ran-${mark}`)).href;
  return `import { writeFileSync } from 'node:fs';\nwriteFileSync(new URL(${JSON.stringify(file)}), '');\n${code}\n`;
}

/** A sink that works, and stores nothing. */
export function sinkCode(kind: string): string {
  return `import { defineSink } from ${JSON.stringify(core)};
export default defineSink({
  kind: ${JSON.stringify(kind)},
  options: { '~standard': { version: 1, vendor: 'test', validate: (value) => ({ value }) } },
  env: [],
  parseTarget: ({ path }) => path,
  connect: (path) => ({
    id: ${JSON.stringify(`${kind}:`)} + path,
    supports: { readBack: 'none', atomic: true, remove: false },
    limits: {},
    check: async () => ({ warnings: [] }),
    deliver: async () => ({ at: new Date().toISOString() }),
    confirm: async () => 'unreadable',
  }),
});`;
}

/** A package that says what it adapts, and leaves a file behind when it is loaded. */
export function packageOf(
  folder: string,
  path: string,
  role: string,
  kind: string,
  code?: string,
): Record<string, string> {
  const mark = path.replaceAll(/[^a-z]+/gi, '-');
  return {
    [`${path}/package.json`]: JSON.stringify({
      name: 'planted',
      version: '1.0.0',
      type: 'module',
      exports: { '.': './index.js', './package.json': './package.json' },
      keyturn: { [role]: kind },
    }),
    [`${path}/index.js`]: planted(folder, mark, code),
  };
}

/** Which of the planted modules were run. */
export async function ran({ folder }: Place): Promise<string[]> {
  return (await readdir(folder)).filter((name) => name.startsWith('ran-'));
}

/** Every request that the sandbox got. */
export async function requests({ sandbox }: Place): Promise<string[]> {
  const all = await controlOf(sandbox).requests();
  return all.map(({ method, path }) => `${method} ${path}`);
}
