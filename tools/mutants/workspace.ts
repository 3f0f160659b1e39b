import { cp, mkdtemp, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';

import { collect, parse } from './collect.ts';
import { instrument } from './instrument.ts';
import type { Mutant } from './mutant.ts';
import { placeOf } from './place.ts';

const ROOT = path.join(import.meta.dirname, '..', '..');
/** What tests need beside the packages. */
const SHARED = [
  'package.json',
  'tsconfig.base.json',
  'tsup.config.ts',
  'vitest.config.ts',
  'vitest.setup.ts',
  'tools',
];

/** A copy of the workspace in a temporary folder: the one that is worked in stays as it is, whatever happens. */
export class Workspace {
  readonly folder: string;
  #mutants = 0;

  private constructor(folder: string) {
    this.folder = folder;
  }

  static async copy(): Promise<Workspace> {
    const folder = await mkdtemp(path.join(tmpdir(), 'keyturn-mutants-'));
    for (const name of [...SHARED, 'packages'])
      // Links among the packages are relative, and lead to their copies.
      await cp(path.join(ROOT, name), path.join(folder, name), {
        recursive: true,
        verbatimSymlinks: true,
      });
    await symlink(path.join(ROOT, 'node_modules'), path.join(folder, 'node_modules'), 'dir');
    return new Workspace(folder);
  }

  /** The source files of a package or of a folder in it, from the root of the workspace: `http`, `core/machine`, or a file. */
  async sources(what: string): Promise<readonly string[]> {
    const [name = '', ...rest] = what.split('/').filter((part) => part !== 'src');
    const src = path.join(ROOT, 'packages', name, 'src');
    const files = await readdir(src, { recursive: true });
    return files
      .map((file) => file.split(path.sep).join('/'))
      .filter((file) => file.endsWith('.ts') && !file.endsWith('.d.ts'))
      .filter((file) => rest.length === 0 || `${file}/`.startsWith(`${rest.join('/')}/`))
      .map((file) => `packages/${name}/src/${file}`)
      .toSorted();
  }

  /** Puts all mutants of a source file into its copy. */
  async mutate(file: string): Promise<readonly Mutant[]> {
    const text = await readFile(path.join(ROOT, file), 'utf8');
    const source = parse(text);
    const mutants = collect(source).map((change) => ({
      ...placeOf(file, source, change),
      id: ++this.#mutants,
      change,
    }));
    if (mutants.length > 0)
      await writeFile(path.join(this.folder, file), instrument(source, mutants));
    return mutants;
  }

  async remove(): Promise<void> {
    await rm(this.folder, { recursive: true, force: true });
  }
}
