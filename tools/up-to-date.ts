import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = new URL('../', import.meta.url);

/**
 * Writes files of the repository. With `--check` it writes nothing, and fails if something would be written.
 *
 * @param files by their paths from the root: makes the new text of the current one, which is empty for a new file
 */
export async function keepUpToDate(
  files: Readonly<Record<string, (current: string) => string>>,
): Promise<void> {
  for (const [name, make] of Object.entries(files)) {
    const file = fileURLToPath(new URL(name, root));
    const current = await readFile(file, 'utf8').catch(() => '');
    const text = make(current);
    if (current === text) continue;
    if (process.argv.includes('--check')) {
      process.stderr.write(`${name} is not up to date: run "npm run docs" and commit it\n`);
      process.exitCode = 1;
      continue;
    }
    await mkdir(dirname(file), { recursive: true });
    await writeFile(file, text);
  }
}
