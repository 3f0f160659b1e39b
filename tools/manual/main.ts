// Writes docs/commands.md, the reference of the skill, and exit codes where they are told: `npm run docs`. `--check` only says whether all is up to date.
import { readFile, writeFile } from 'node:fs/promises';

import { withExits, withExitTable } from './errors.ts';
import { readManual, unfit } from './manual.ts';
import { toMarkdown } from './markdown.ts';
import { toSkillReference } from './skill.ts';

const root = new URL('../../', import.meta.url);
const manual = await readManual();
const pages: Readonly<Record<string, (current: string) => string>> = {
  'docs/commands.md': () => toMarkdown(manual),
  'docs/errors.md': (current) => withExits(withExitTable(current, manual)),
  'README.md': (current) => withExitTable(current, manual),
  'skills/keyturn/SKILL.md': (current) => withExitTable(current, manual),
  'skills/keyturn/references/commands.md': () => toSkillReference(manual),
};

for (const problem of unfit(manual)) {
  process.stderr.write(`packages/cli/src/program/specs: ${problem}\n`);
  process.exitCode = 1;
}
for (const [name, make] of Object.entries(pages)) {
  const file = new URL(name, root);
  const current = await readFile(file, 'utf8').catch(() => '');
  const page = make(current);
  if (current === page) continue;
  if (process.argv.includes('--check')) {
    process.stderr.write(`${name} is not up to date: run "npm run docs" and commit it\n`);
    process.exitCode = 1;
  } else {
    await writeFile(file, page);
  }
}
